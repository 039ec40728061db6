#!/bin/sh
# Run the tests of graphics cards, or what the words after this say to Python, on a stand-in.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/card
python=$build/venv/bin/python
lock=$root/requirements.lock
mkdir -p "$build"

# the packages of the lock, once for each state of it
if ! cmp -s "$lock" "$build/requirements.lock"; then
    python3 -m venv --clear "$build/venv"
    torch=$(grep -i '^torch==' "$lock")
    # a build for processors, of the same version, that is at hand here is not the one wanted
    env -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null \
        "$python" -m pip install --quiet --disable-pip-version-check "$torch"
    grep -v -i '^torch==' "$lock" > "$build/others.txt"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$build/others.txt"
    cp "$lock" "$build/requirements.lock"
fi

packages=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["platlib"])')
torch=$packages/torch
cuda=$packages/triton/backends/nvidia/include
objects=
for source in memory streams kernels queues sums; do
    g++ -c -O1 -std=c++17 -fPIC -Wall -Wextra -I"$cuda" "$here/$source.cpp" -o "$build/$source.o"
    objects="$objects $build/$source.o"
done
# shellcheck disable=SC2086 - a list
"$python" "$here/absent.py" "$torch/lib" $objects > "$build/absent.c"
gcc -c -fPIC "$build/absent.c" -o "$build/absent.o"
# shellcheck disable=SC2086
g++ -shared -pthread $objects "$build/absent.o" -o "$build/libcard.so"
# the name by which PyTorch asks for the driver
ln -sf libcard.so "$build/libcuda.so.1"
# takes a while, so only when it is out of date
if [ -z "$(find "$build/liboperations.so" -newer "$here/operations.cpp" -newer "$here/queues.hpp" \
    -newer "$build/requirements.lock" 2> /dev/null)" ]; then
    g++ -shared -O1 -std=c++20 -fPIC -I"$torch/include" -I"$torch/include/torch/csrc/api/include" \
        -I"$cuda" "$here/operations.cpp" -o "$build/liboperations.so" \
        -L"$torch/lib" -lc10 -lc10_cuda -ltorch_cpu -ltorch_cuda -L"$build" -lcard
fi
# every Python that is started from there uses it, the processes of a run as well
cat > "$packages/sitecustomize.py" <<'PYTHON'
import os
import warnings

if operations := os.environ.get("CARD_OPERATIONS"):
    import torch

    with warnings.catch_warnings():
        # that they replace others
        warnings.simplefilter("ignore")
        torch.ops.load_library(operations)
PYTHON

export LD_PRELOAD="$build/libcard.so" LD_LIBRARY_PATH="$build" PYTHONPATH="$root"
export CARD_OPERATIONS="$build/liboperations.so" OMP_NUM_THREADS=1 DEEPZINE_TEST_CARD=1
cd "$root"
if [ $# -gt 0 ]; then
    exec "$python" "$@"
fi
"$python" -m pytest tests/training/test_cuda.py -k "not two_cards and not neighbour"
CARD_OTHERS_FIRST=1 CARD_HURRIES=1 "$python" -m pytest tests/training/test_cuda.py
