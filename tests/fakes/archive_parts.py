"""What the loopback archive is made of: items, faults, and the log of requests."""

import dataclasses
import hashlib
import threading
from pathlib import Path
from typing import Any


@dataclasses.dataclass(frozen=True)
class Fault:
    """What goes wrong with one answer.

    Attributes:
        status: answer with this status and no content.
        retry_after: the Retry-After header that goes with it.
        body: answer with these bytes in place of the right ones.
        cut_after: break the connection after so many bytes of the body.
        stall_after: fall silent after so many bytes of the body.
        ignores_range: answer the whole file whatever was asked.
        waits_s: begin the answer so much later.
        meets: begin the answer when so many others are asked for as well.
        drips_s: send the body in pieces, so far apart ...
        drip_bytes: ... and each of so many bytes.
        tells_length: promise a body of this length, whatever comes.
        changes_to: the file is replaced by this one right after the answer.
    """

    status: int = 0
    retry_after: str = ""
    body: bytes | None = None
    cut_after: int | None = None
    stall_after: int | None = None
    ignores_range: bool = False
    waits_s: float = 0.0
    meets: threading.Barrier | None = None
    drips_s: float = 0.0
    drip_bytes: int = 1
    tells_length: int | None = None
    changes_to: bytes | None = None


@dataclasses.dataclass
class Asked:
    """One request in the server's log; times by `time.monotonic`."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    began: float
    ended: float = 0.0
    status: int = 0
    sent_bytes: int = 0


@dataclasses.dataclass
class FakeItem:
    """An item: what the metadata service answers, and the contents of its files."""

    answer: dict[str, Any]
    contents: dict[str, bytes | Path]

    @property
    def fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.answer.get("metadata", {})
        return fields


def describe(name: str, content: bytes | Path) -> dict[str, str]:
    """What a metadata answer tells of a file: name, size and MD5, all as text."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    return {"name": name, "size": str(len(data)), "md5": hashlib.md5(data).hexdigest()}
