"""Fetch one file into its place: resumed by Range, checked by size and MD5, then renamed."""

import contextlib
import dataclasses
import hashlib
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import NoReturn

import requests
from urllib3.exceptions import HTTPError

from deepzine_gui.archive import connection
from deepzine_gui.archive.crew import Crew
from deepzine_gui.archive.sockets import Busy
from deepzine_gui.files import PART, storage_errors

_CHUNK_BYTES = 128 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch; size in bytes None and MD5 empty where the archive does not tell them."""

    url: str
    target: Path
    size_bytes: int | None
    md5: str

    @property
    def part(self) -> Path:
        """Where it grows; the suffix keeps it from being taken for a document."""
        return self.target.with_name(self.target.name + PART)


class RefusedError(Exception):
    """The file cannot be had; one sentence why."""


class NotPublicError(RefusedError):
    """The archive does not give the file to everyone (401, 403)."""


class _BrokenError(Exception):
    """The exchange broke; another try may go on from what has arrived."""


class _DamagedError(Exception):
    """What has arrived is not the file."""


def fetch(
    session: requests.Session, wanted: Wanted, crew: Crew, tell: Callable[[int], None]
) -> None:
    """Bring `wanted` to its target, from as much of it as is here already.

    Args:
        session: of the calling thread.
        wanted: the file.
        crew: ends the work with `Stopped`, then the part stays to go on from.
        tell: called with the bytes here so far.

    Raises:
        RefusedError: it cannot be had; nothing is left of a file that is not what it should be.
        StorageError: the disk is full, or the place cannot be written.
    """
    with storage_errors(wanted.target):
        wanted.target.parent.mkdir(parents=True, exist_ok=True)
        if _is_right(wanted.target, wanted):
            tell(_size(wanted.target))
            return
        is_resumed = _size(wanted.part) > 0
        while not _arrives_right(session, wanted, crew, tell):
            wanted.part.unlink(missing_ok=True)
            if not is_resumed:
                raise RefusedError(
                    f"{wanted.target.name} arrived damaged (its size or MD5 is wrong) and was "
                    "not kept: try again later."
                )
            # an old part may be of a file that has changed since
            is_resumed = False
        with wanted.part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(wanted.part, wanted.target)


def _arrives_right(
    session: requests.Session, wanted: Wanted, crew: Crew, tell: Callable[[int], None]
) -> bool:
    """Whether all bytes came and are the right ones; tries again as long as bytes come."""
    tries, most = 0, _size(wanted.part)
    while wanted.size_bytes is None or _size(wanted.part) != wanted.size_bytes:
        try:
            _stream(session, wanted, crew, tell)
            break
        except _DamagedError:
            return False
        except (_BrokenError, requests.RequestException, HTTPError) as error:
            crew.check()
            if isinstance(error, Busy):
                _refuse(wanted, "the archive is too busy")
            tries = tries + 1 if _size(wanted.part) <= most else 0
            most = max(most, _size(wanted.part))
            if tries >= len(connection.RETRY_DELAYS_S):
                _refuse(wanted, "the connection broke several times")
            crew.sleep(connection.RETRY_DELAYS_S[tries])
    return _is_right(wanted.part, wanted)


def _stream(
    session: requests.Session, wanted: Wanted, crew: Crew, tell: Callable[[int], None]
) -> None:
    """Append what one request brings to the part; return when the answer was whole."""
    have = _size(wanted.part)
    headers = {"Range": f"bytes={have}-"} if have else {}
    with contextlib.closing(
        session.get(wanted.url, headers=headers, stream=True, timeout=connection.TIMEOUTS_S)
    ) as answer:
        done = _offset(answer, have, wanted)
        with wanted.part.open("ab" if done else "wb", buffering=0) as file:
            # what has come at once, lest a cut takes the beginning of a chunk with it
            while chunk := answer.raw.read1(_CHUNK_BYTES):
                crew.check()
                _write(file, chunk)
                done += len(chunk)
                tell(done)
                if wanted.size_bytes is not None and done > wanted.size_bytes:
                    raise _DamagedError
    if done < (wanted.size_bytes or 0) or answer.raw.length_remaining:
        raise _BrokenError


def _write(file: FileIO, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def _offset(answer: requests.Response, have: int, wanted: Wanted) -> int:
    """Where in the file an answer begins (RFC 9110, 14.4 and 15.3.7); raises for errors."""
    status = answer.status_code
    if status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
        return have
    if status == 200:
        return 0
    if status in (206, 416):
        wanted.part.unlink(missing_ok=True)
        raise _BrokenError
    if status in (401, 403):
        raise NotPublicError(
            f"The archive does not give {wanted.target.name} to everyone ({status})."
        )
    if status in (404, 410):
        raise RefusedError(f"{wanted.target.name} is no longer in the archive ({status}).")
    if status < 500:
        _refuse(wanted, f"the archive answered {status}")
    raise _BrokenError


def _refuse(wanted: Wanted, why: str) -> NoReturn:
    raise RefusedError(f"{wanted.target.name} could not be fetched, {why}: try again later.")


def _is_right(path: Path, wanted: Wanted) -> bool:
    """Whether a file is here and has the size and MD5 it should have, as far as they are told."""
    if not path.is_file() or wanted.size_bytes not in (None, path.stat().st_size):
        return False
    if not wanted.md5:
        return True
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    return digest.hexdigest() == wanted.md5


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
