"""What it means that the system starts no more processes or threads for this account."""

import errno
import os

CROWDED = "This account runs as many processes and threads as the system allows"
MAKE_ROOM = "end other programs, or raise the limit (ulimit -u)"


def is_crowded(error: BaseException) -> bool:
    """Whether an error says so: Python of a thread, and the system of a process (EAGAIN).

    A file that another program has locked is told with the same number, in other words.
    """
    if isinstance(error, RuntimeError):
        return "can't start new thread" in str(error)
    return isinstance(error, BlockingIOError) and error.strerror == os.strerror(errno.EAGAIN)
