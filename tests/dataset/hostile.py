"""Broken and odd documents, with good ones among them, made from nothing.

Good documents have a known number of pages that all render; their names begin with ``good``.
The names of those that can give no page at all begin with ``bad``. The others (``odd``) may give
pages or a sentence, but nothing else.
"""

import io
import random
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tests.dataset import hostile_pdfs
from tests.pages.pdfs import LOCKED, box, pdf

GOOD_PAGES = 3


def write_all(folder: Path) -> dict[str, int]:
    """Write all documents into `folder`; return the pages of each good one by its name."""
    good = {}
    for name, content in _documents():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.name.startswith("good"):
            good[name] = GOOD_PAGES if path.suffix.lower() == ".pdf" else 1
    return good


def _documents() -> Iterator[tuple[str, bytes]]:
    for number in range(12):
        yield f"good-{number}.pdf", _good()
    for number in range(4):
        yield f"good-{number}/good.png", _picture("PNG")
    yield from _torn()
    yield from _flipped()
    yield from _misnamed()
    for number, content in enumerate(hostile_pdfs.odd()):
        yield f"odd-{number}.pdf", content
    for number, content in enumerate(_odd_pictures()):
        yield f"odd-picture-{number}/page{_suffix(content)}", content


def _good() -> bytes:
    return pdf([box(10, 10, 80, 20 * number) for number in range(1, GOOD_PAGES + 1)])


def _torn() -> Iterator[tuple[str, bytes]]:
    whole = _good()
    for number, share in enumerate(np.linspace(0.02, 0.98, 60)):
        yield f"odd-torn-{number}.pdf", whole[: int(len(whole) * share)]
    for kind in ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP"):
        packed = _picture(kind)
        for number, share in enumerate((0.05, 0.3, 0.5, 0.7, 0.95)):
            name = f"odd-torn-{kind}-{number}/page.{kind.lower()}"
            yield name, packed[: int(len(packed) * share)]


def _flipped() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(0)
    for number in range(80):
        yield f"odd-flipped-{number}.pdf", _with_flips(_good(), chance, 1 + number // 4)
    for kind in ("PNG", "JPEG", "TIFF", "GIF"):
        for number in range(10):
            name = f"odd-flipped-{kind}-{number}/page.{kind.lower()}"
            yield name, _with_flips(_picture(kind), chance, 1 + number)


def _with_flips(content: bytes, chance: random.Random, count: int) -> bytes:
    flipped = bytearray(content)
    for _ in range(count):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _misnamed() -> Iterator[tuple[str, bytes]]:
    """Files that are not what their names say, or nothing."""
    fake = {
        "empty": b"",
        "blank": b" " * 3000,
        "zeros": bytes(5000),
        "text": b"To whom it may concern\n" * 50,
        "html": b"<html><body>404 Not Found</body></html>",
        "random": random.Random(1).randbytes(5000),
        "zip": _zip({"a.txt": b"hello"}),
        "empty-zip": _zip({}),
        "nested-zip": _zip({"inner.zip": _zip({"page.pdf": _good()})}),
        "zip-bomb": _zip({"zeros": bytes(20_000_000)}),
        "locked": pdf(trailer=LOCKED),
        "without-pages": pdf([]),
        "script": b"#!/bin/sh\nrm -rf /\n",
        "gzip": zlib.compress(b"x" * 100_000),
    }
    for name, content in fake.items():
        yield f"bad-{name}.pdf", content
        if name not in ("locked", "without-pages"):
            yield f"bad-{name}-picture/page.png", content
            yield f"bad-{name}-scan/page.tif", content
    yield "odd-picture.pdf", _picture("PNG")
    yield from _misspelt()
    yield "odd-named/page.jpg", _good()
    yield "odd-other/page.gif", _picture("JPEG")


def _misspelt() -> Iterator[tuple[str, bytes]]:
    """Names that are no text, or that would break a line or command a terminal."""
    if sys.platform != "linux":
        # other systems have no such names
        return
    for number, word in enumerate(
        ("\udcff\udcfe", "a\nb", "\x1b[31m", "%s{0}", "\"'$(id)", "\u2028")
    ):
        yield f"bad-name-{number}-{word}.pdf", b"%PDF-1.4 and then nothing"
        yield f"bad-name-{number}-{word}/{word}.png", _picture("PNG")[:60]
        yield f"odd-name-{number}-{word}.pdf", _good()


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def _picture(kind: str, size: tuple[int, int] = (60, 80), mode: str = "L") -> bytes:
    ramp = np.add.outer(np.arange(size[1]), np.arange(size[0])).astype(np.uint8)
    packed = io.BytesIO()
    Image.fromarray(ramp).convert(mode).save(packed, kind)
    return packed.getvalue()


def _suffix(content: bytes) -> str:
    begins: dict[bytes, str] = {
        b"\x89PNG": ".png", b"GIF8": ".gif", b"\xff\xd8": ".jpg", b"BM": ".bmp", b"P5": ".pgm",
    }  # fmt: skip
    return next((end for begin, end in begins.items() if content.startswith(begin)), ".tif")


def _odd_pictures() -> Iterator[bytes]:
    for side in (0, 1, 60_000, 2**31 - 1):
        yield _png(side, side, b"")
        yield _png(side, 1, bytes(100))
    # 40 million declared pixels in a few kilobytes
    yield _png(20_000, 2_000, bytes(2_001 * 20_000))
    yield _png(50, 50, bytes(50 * 51), bits=77)
    yield from (_tiff(loop, width) for loop in (True, False) for width in (0, 8, 60_000, 2**32 - 1))
    yield b"P5 99999 99999 255\n" + bytes(50)
    yield b"P5 0 0 255\n"
    yield b"BM" + bytes(60)
    for mode in ("1", "RGB", "CMYK", "P"):
        yield _picture("TIFF", mode=mode)
    yield _picture("PNG", (1, 5000))
    yield _picture("PNG", (5000, 1))
    yield _picture("JPEG").replace(b"\xff\xda", b"\xff\xd9")
    yield _picture("GIF").replace(b"\x2c", b"\x3b")
    yield from _films()
    for kind in (b"zTXt", b"iCCP", b"iTXt"):
        yield _png(50, 50, bytes(50 * 51), text=kind)


def _films() -> Iterator[bytes]:
    frames = [Image.new("L", (20, 30), shade) for shade in range(0, 250, 10)]
    for kind in ("GIF", "TIFF"):
        packed = io.BytesIO()
        frames[0].save(packed, kind, save_all=True, append_images=frames[1:])
        yield packed.getvalue()
        yield packed.getvalue()[:-100]


def _png(width: int, height: int, rows: bytes, bits: int = 8, text: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        told = kind + content
        return struct.pack(">I", len(content)) + told + struct.pack(">I", zlib.crc32(told))

    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    # some kilobytes that would be 30 million of a word or a profile
    begin = b"word\0\1\0\0\0" if text == b"iTXt" else b"word\0\0"
    told = chunk(text, begin + hostile_pdfs.ZEROS) if text else b""
    body = chunk(b"IHDR", head) + told + chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def _tiff(loop: bool, width: int) -> bytes:
    """A grey TIFF of 8 rows whose directory names itself, or nothing, as the next."""
    tags = [
        (256, 4, width), (257, 4, 8), (258, 3, 8), (259, 3, 1), (262, 3, 1),
        (273, 4, 120), (277, 3, 1), (278, 4, 8), (279, 4, 64),
    ]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", 8 if loop else 0)
    return (b"II*\0" + struct.pack("<I", 8) + directory).ljust(120, b"\0") + bytes(64)
