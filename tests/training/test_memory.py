"""Memory that training leaves used, on a processor with the GNU C library."""

import sys

import pytest

from tests.programs import run_program

_PROGRAM = """
import threading, torch
from deepzine_gui.training.processes.device import prepare

prepare(torch.device("cpu"))
begun, end = threading.Barrier(9), threading.Event()

def work():
    kept = bytearray(100_000)
    begun.wait()
    end.wait()

def addresses():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * 4096

before = addresses()
threading.stack_size(2**20)
threads = [threading.Thread(target=work) for _ in range(8)]
for each in threads:
    each.start()
begun.wait()
print((addresses() - before) // 2**20)
end.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mallopt and /proc are Linux's")
def test_threads_take_no_heaps_of_their_own() -> None:
    told = run_program([sys.executable, "-c", _PROGRAM], check=True)
    # their stacks and what they keep; a heap of each would be 64 MiB
    assert int(told.stdout) < 64
