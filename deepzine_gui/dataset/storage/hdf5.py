"""What HDF5 says when a file cannot be written, in the system's terms."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from deepzine_gui.errors import StorageError


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Give HDF5's failures their meaning: when it closes a file it forgets the system's number.

    Raises:
        StorageError: the file cannot be written.
        OSError: with errno ENOSPC when the disk is full, for `whole_file` to put into words.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
            raise OSError(errno.ENOSPC, str(error)) from error
        raise StorageError(f"{path} could not be written: {error}.") from error
