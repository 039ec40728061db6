"""Write, in C, the functions of NVIDIA's libraries that the stand-in lacks: they say so, and fail.

Usage: ``python absent.py FOLDER_OF_PYTORCHS_LIBRARIES OBJECT... > absent.c``.
"""

import re
import subprocess  # noqa: TID251 - a tool that ends at once, run by a script and no test
import sys
from pathlib import Path

_LINKED = ("c10_cuda", "torch_cuda", "torch_cuda_linalg", "torch_python", "caffe2_nvrtc")
_NVIDIAS = re.compile(r"(_*cuda|cu|nccl)[A-Z]\w*")
_OF_ITS_PACKAGES = "cuFile"
"""How the functions begin that a library has which comes with PyTorch and wants no card."""
_NOT_SUPPORTED = 801


def names(file: Path, *options: str) -> set[str]:
    """Of a file's symbols, those of NVIDIA's."""
    listed = subprocess.run(["nm", *options, str(file)], capture_output=True, text=True, check=True)
    found = (line.split()[-1].partition("@")[0] for line in listed.stdout.splitlines())
    return {name for name in found if _NVIDIAS.fullmatch(name)}


def main() -> None:
    """Print a function for each name that PyTorch links to and no object has."""
    folder, *objects = map(Path, sys.argv[1:])
    wanted = set.union(*(names(folder / f"lib{each}.so", "-Du") for each in _LINKED))
    there = set.union(*(names(each, "--defined-only") for each in objects))
    sys.stdout.write("#include <stdio.h>\n")
    for name in sorted(wanted - there):
        if not name.startswith(_OF_ITS_PACKAGES):
            says = f'fputs("stand-in: no {name}\\n", stderr)'
            sys.stdout.write(f"int {name}(void) {{ {says}; return {_NOT_SUPPORTED}; }}\n")


if __name__ == "__main__":
    main()
