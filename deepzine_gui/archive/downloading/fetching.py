"""Fetch one file into its place: resumed by Range, checked by size and MD5, then renamed."""

import contextlib
import dataclasses
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import NoReturn

import requests
from urllib3.exceptions import HTTPError

from deepzine_gui.archive.connection import conversation
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.connection.sockets import Busy
from deepzine_gui.errors import DiskFullError
from deepzine_gui.files import PART, storage_errors
from deepzine_gui.words import size_text

SLOWEST_BYTES_A_S = 200.0
"""A transfer that is slower over `SLOW_FOR_S` seconds is broken off and tried again."""

SLOW_FOR_S = 120.0

_CHUNK_BYTES = 128 * 1024
_LOOKED_AT_BYTES = 1024
_PDF = b"%PDF-"


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch.

    Attributes:
        size_bytes: None where the archive does not tell it.
        md5: empty where the archive does not tell it.
        leads_out: its name leads out of its item, so that it is not asked for.
    """

    url: str
    target: Path
    size_bytes: int | None
    md5: str
    leads_out: bool = False

    @property
    def part(self) -> Path:
        """Where it grows; the suffix keeps it from being taken for a document."""
        return self.target.with_name(self.target.name + PART)


class RefusedError(Exception):
    """The file cannot be had; one sentence why."""


class NotPublicError(RefusedError):
    """The archive does not give the file to everyone (401, 403)."""


class DamagedError(RefusedError):
    """What came is not the file that was announced: its size or MD5 is another."""


class _BrokenError(Exception):
    """The exchange broke; another try may go on from what has arrived."""


class _SlowError(_BrokenError):
    """So few bytes come that they do not count."""


class _WrongError(Exception):
    """What has arrived is not the file."""


def fetch(
    session: requests.Session, wanted: Wanted, crew: Crew, tell: Callable[[int], None]
) -> str:
    """Bring `wanted` to its target, from as much of it as is here already; return its MD5.

    Args:
        session: of the calling thread.
        wanted: the file.
        crew: ends the work with `Stopped`, then the part stays to go on from.
        tell: called with the bytes here so far.

    Raises:
        RefusedError: it cannot be had; nothing is left of a file that is not what it should be.
        StorageError: the disk is full, or the place cannot be written.
    """
    if wanted.leads_out:
        raise RefusedError(
            f"{wanted.target.name} is not fetched: its name in the archive leads out of its item."
        )
    with storage_errors(wanted.target):
        wanted.target.parent.mkdir(parents=True, exist_ok=True)
        digest = _md5_if_right(wanted.target, wanted)
        if digest:
            tell(_size(wanted.target))
            return digest
        _look_at_room(wanted)
        digest = _Transfer(session, wanted, crew, tell).bring()
        with wanted.part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(wanted.part, wanted.target)
        return digest


class _Transfer:
    """One file on its way; the part on the disk is all it remembers between exchanges."""

    def __init__(
        self, session: requests.Session, wanted: Wanted, crew: Crew, tell: Callable[[int], None]
    ) -> None:
        self._session = session
        self._wanted = wanted
        self._crew = crew
        self._tell = tell
        self._is_pieced = False

    def bring(self) -> str:
        """Bring the part to its end and return its MD5.

        A file that came in pieces and is wrong is fetched once more as a whole: its pieces may
        have been of two files, as it was replaced in between.
        """
        for _ in range(2):
            digest = self._arrive()
            if digest:
                return digest
            self._wanted.part.unlink(missing_ok=True)
            if not self._is_pieced:
                break
        raise DamagedError(
            f"{self._wanted.target.name} arrived damaged (its size or MD5 is wrong) and was not "
            "kept: try again later."
        )

    def _arrive(self) -> str:
        """Return the MD5 once all bytes came and are the right ones, "" if they are not.

        Tries again as long as bytes come.
        """
        wanted, tries, most = self._wanted, 0, _size(self._wanted.part)
        self._is_pieced = most > 0
        while wanted.size_bytes is None or _size(wanted.part) != wanted.size_bytes:
            try:
                self._stream()
                break
            except _WrongError:
                return ""
            except (_BrokenError, requests.RequestException, HTTPError) as error:
                self._crew.check()
                if isinstance(error, Busy):
                    _refuse(wanted, "the archive is too busy")
                has_grown = _size(wanted.part) > most and not isinstance(error, _SlowError)
                tries = 0 if has_grown else tries + 1
                most = max(most, _size(wanted.part))
                if tries >= len(conversation.RETRY_DELAYS_S):
                    why = str(error) if isinstance(error, _BrokenError) else ""
                    _refuse(wanted, why or "the connection broke several times")
                self._crew.sleep(conversation.RETRY_DELAYS_S[tries])
        return _md5_if_right(wanted.part, wanted)

    def _stream(self) -> None:
        """Append what one request brings to the part; return when the answer was whole."""
        wanted, have = self._wanted, _size(self._wanted.part)
        headers = {"Range": f"bytes={have}-"} if have else {}
        with contextlib.closing(
            self._session.get(
                wanted.url, headers=headers, stream=True, timeout=conversation.TIMEOUTS_S
            )
        ) as answer:
            start = _offset(answer, have, wanted)
            self._is_pieced = self._is_pieced or start > 0
            with wanted.part.open("ab" if start else "wb", buffering=0) as file:
                done = self._pour(answer, file, start)
            if done < (wanted.size_bytes or 0) or answer.raw.length_remaining:
                raise _BrokenError

    def _pour(self, answer: requests.Response, file: FileIO, done: int) -> int:
        """Write an answer's body as it comes; return the bytes of the file that are here."""
        wanted, speed = self._wanted, _Speed()
        # what has come at once, lest a cut takes the beginning of a chunk with it
        while chunk := speed.timed(lambda: answer.raw.read1(_CHUNK_BYTES)):
            self._crew.check()
            _write(file, chunk)
            done += len(chunk)
            self._tell(done)
            if wanted.size_bytes is not None and done > wanted.size_bytes:
                raise _WrongError
        return done


class _Speed:
    """Watches that bytes come faster than a drip; the time in which nobody reads is left out."""

    def __init__(self) -> None:
        self._bytes = 0
        self._waited_s = 0.0

    def timed(self, read: Callable[[], bytes]) -> bytes:
        """Return what `read` does; raise `_SlowError` if it was too slow for too long."""
        began = time.monotonic()
        chunk = read()
        self._waited_s += time.monotonic() - began
        self._bytes += len(chunk)
        if self._waited_s >= SLOW_FOR_S:
            if self._bytes < SLOWEST_BYTES_A_S * self._waited_s:
                raise _SlowError("it came too slowly")
            self._bytes, self._waited_s = 0, 0.0
        return chunk


def _write(file: FileIO, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def _offset(answer: requests.Response, have: int, wanted: Wanted) -> int:
    """Where in the file an answer begins (RFC 9110, 14.4 and 15.3.7); raises for errors."""
    status = answer.status_code
    told = re.match(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
    if status == 206 and told and int(told[1]) == have:
        if wanted.size_bytes is not None and told[2] not in ("*", str(wanted.size_bytes)):
            raise _WrongError
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
    raise _BrokenError(f"the archive answered {status} several times")


def _refuse(wanted: Wanted, why: str) -> NoReturn:
    raise RefusedError(f"{wanted.target.name} could not be fetched, {why}: try again later.")


def _md5_if_right(path: Path, wanted: Wanted) -> str:
    """Return the MD5 of a file that has the size and MD5 it should have, else "".

    Where the archive tells no MD5, the file must at least look like a PDF.
    """
    if not path.is_file() or wanted.size_bytes not in (None, path.stat().st_size):
        return ""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT_BYTES)
        file.seek(0)
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    is_right = digest == wanted.md5 if wanted.md5 else _PDF in head
    return digest if is_right else ""


def _look_at_room(wanted: Wanted) -> None:
    """Begin no file that the disk has no room for.

    Raises:
        DiskFullError: with the numbers.
    """
    missing = (wanted.size_bytes or 0) - _size(wanted.part)
    free = shutil.disk_usage(wanted.target.parent).free
    if missing > free:
        raise DiskFullError(
            f"The disk is full: {wanted.target.name} wants {size_text(missing)} more, and "
            f"{size_text(free)} are left."
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
