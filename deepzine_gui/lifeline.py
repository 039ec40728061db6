"""How a child process is started, and tied to its parent by the kernel where it can do that."""

import ctypes
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from multiprocessing.process import BaseProcess

from deepzine_gui.signals import deaf_children

STARTER = "deepzine-starter"
"""Name of the thread that starts all processes."""

LAST_RESORT_S = 24
"""How long a tied child outlives its parent at most, in seconds; longer than any other grace."""

_PR_SET_PDEATHSIG = 1
_starter = ThreadPoolExecutor(1, thread_name_prefix=STARTER)


def start(process: BaseProcess) -> None:
    """Start `process`, deaf to the ending signals until it has turned so itself.

    The kernel takes the starting thread's end for the parent's: that thread lives to the very end.
    """
    started = _starter.submit(_start, process)
    try:
        started.result()
    except BaseException:
        # an interrupted wait leaves no process that nobody knows
        wait([started])
        if process.pid is not None:
            process.kill()
            process.join()
        raise


def _start(process: BaseProcess) -> None:
    with deaf_children():
        process.start()


def tie_to(parent_pid: int, last_resort_s: int = LAST_RESORT_S) -> None:
    """In a child: have the kernel end this process so long after its parent, stuck or not.

    On Linux only; elsewhere the warden does it alone. The signal of the parent's death is the one
    whose *number* is `last_resort_s`, and its handler is the C library's ``alarm``, which is called
    with that number: no interpreter, no lock and no other process has a part in it.
    """
    if sys.platform != "linux":
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGALRM, last_resort_s))
    libc = ctypes.CDLL(None)
    libc.signal.argtypes = (ctypes.c_int, ctypes.c_void_p)
    libc.signal.restype = ctypes.c_void_p
    libc.signal(last_resort_s, ctypes.cast(libc.alarm, ctypes.c_void_p))
    libc.prctl(_PR_SET_PDEATHSIG, last_resort_s, 0, 0, 0)
    if os.getppid() != parent_pid:
        signal.raise_signal(last_resort_s)
