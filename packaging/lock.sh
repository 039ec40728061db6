#!/bin/sh
# Write requirements.lock anew: the newest packages pyproject.toml allows, pinned as they install.
set -eu
cd "$(dirname "$0")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
pip="$place/venv/bin/python -m pip --disable-pip-version-check"
$pip install --quiet hatchling editables
$pip install --quiet --no-build-isolation -e '.[test,dev]'
{
    echo "# Every package DeepZine runs, is tested and is built with. Made by: make lock"
    # torch itself pins the CUDA packages that belong to it, where it has any
    $pip freeze --all --exclude-editable | grep -v -i -E '^(pip|triton|cuda-[a-z-]+|nvidia-[a-z0-9-]+)==' |
        sed -E 's/^(torch==[0-9.]+)\+[a-z0-9]+$/\1/' | LC_ALL=C sort -f
} > "$place/lock"
mv "$place/lock" requirements.lock
