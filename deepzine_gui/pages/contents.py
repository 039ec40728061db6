"""What a file holds, told by its first bytes: names are often wrong."""

import re
from pathlib import Path
from typing import Literal
from zipfile import is_zipfile

FIRST_BYTES = 1024
"""So far into a file the header of a PDF may lie."""

PDF = b"%PDF-"
_ZIP = re.compile(
    # but not what offices and e-books pack as one, told by its first entry
    rb"PK(?:\x03\x04.{26}(?!mimetype|\[Content_Types\]|_rels/|docProps/)|\x05\x06)",
    re.DOTALL,
)
_HDF5 = b"\x89HDF\r\n\x1a\n"

_TIFF = re.compile(rb"II[*+]\0|MM\0[*+]")
_PICTURE = re.compile(
    rb"\xff\xd8\xff"  # JPEG
    rb"|\x89PNG\r\n\x1a\n"
    rb"|GIF8[79]a"
    rb"|BM.{4}\0{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\0{3}"  # BMP, by the size of its header
    rb"|RIFF.{4}WEBP"
    rb"|\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51"  # JPEG 2000, as a file and bare
    rb"|.{4}ftyp(?:avi[fs]|(?:mif1|msf1).{0,40}avi[fs])"
    rb"|P[1-6][\s#]",  # PBM, PGM, PPM
    re.DOTALL,
)


def first_bytes(path: Path) -> bytes:
    """Return the first `FIRST_BYTES` bytes of a file, or all there are; of what is no file, none.

    Raises:
        OSError: it cannot be read.
    """
    # a pipe would wait for a writer
    if not path.is_file():
        return b""
    with path.open("rb", buffering=0) as file:
        return file.read(FIRST_BYTES)


def kind_held(head: bytes) -> Literal["pdf", "picture"] | None:
    """Tell from the first bytes of a file whether it is a PDF or a picture that can be read."""
    if _PICTURE.match(head) or _TIFF.match(head):
        return "picture"
    return "pdf" if PDF in head else None


def no_document(path: Path, head: bytes) -> str:
    """Say what a file is that is no document, and what to do with it, after its name."""
    if _ZIP.match(head):
        if not is_zipfile(path):
            return "is an archive that was cut short: fetch it again."
        return "is an archive: unpack it, and add the folder that comes out."
    if head.startswith(_HDF5):
        return (
            "is no dataset that can be imported, as it is damaged, another program's or DeepZine's "
            "own: add the documents themselves."
        )
    return "is neither a PDF nor a picture that DeepZine can read: save it as a PDF, and add that."


def is_tiff(path: Path) -> bool:
    """Whether a file holds a TIFF, the one kind of picture that may have several pages."""
    try:
        return bool(_TIFF.match(first_bytes(path)))
    except OSError:
        return False
