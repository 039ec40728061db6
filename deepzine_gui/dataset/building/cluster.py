"""Build on a cluster of machines that Dask keeps; needs the extra ``dask``."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

from deepzine_gui.errors import ChildError

_PATIENCE_S = 10


@contextlib.contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Yield an executor that runs on the Dask cluster whose scheduler is at `address`.

    Each machine of the cluster needs DeepZine, and the documents under the same paths as here.

    Raises:
        ChildError: Dask is not installed, or nothing answers at `address`.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ChildError(
            "Dask is not installed: pip install 'deepzine[dask]' on every machine."
        ) from error
    try:
        client: Any = Client(address, timeout=_PATIENCE_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise ChildError(
            f"No Dask scheduler answers at {address}: start one, or check the address "
            "(such as tcp://host:8786)."
        ) from error
    with client:
        yield client.get_executor(pure=False)
