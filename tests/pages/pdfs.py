"""Tiny PDFs, written by hand so that tests know every byte of them."""

from collections.abc import Sequence

LOCKED = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (%b) /U (%b) >> /ID [(a) (b)]" % (
    b"o" * 32,
    b"u" * 32,
)
"""What a trailer of a PDF locked with a password holds; no password opens this one."""


def pdf(
    pages: Sequence[bytes] = (b"",),
    *,
    size: tuple[float, float] = (100, 200),
    lost: Sequence[int] = (),
    trailer: bytes = b"",
) -> bytes:
    """Return a PDF whose pages have these content streams; pages numbered in `lost` are missing."""
    numbers = [3 + 2 * index for index in range(len(pages))]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids),
    }
    for index, (number, content) in enumerate(zip(numbers, pages, strict=True)):
        if index + 1 in lost:
            objects[number] = b"null"
        else:
            objects[number] = (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Resources << >> "
                b"/Contents %d 0 R >>" % (*size, number + 1)
            )
        objects[number + 1] = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)
    return _written(objects, trailer)


def _written(objects: dict[int, bytes], trailer: bytes) -> bytes:
    body = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in sorted(objects.items()):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (len(places) + 1, trailer)
    body += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(body)


def box(left: float, bottom: float, width: float, height: float, rgb: str = "0 0 0") -> bytes:
    """Return the content of a filled rectangle, in points from the page's lower left corner."""
    return f"{rgb} rg {left} {bottom} {width} {height} re f".encode()
