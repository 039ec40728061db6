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
    page: bytes = b"",
) -> bytes:
    """Return a PDF whose pages have these content streams; pages numbered in `lost` are missing.

    `page` is what else each page's dictionary holds.
    """
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
                b"/Contents %d 0 R %b >>" % (*size, number + 1, page)
            )
        objects[number + 1] = _stream(b"", content)
    return _written(objects, trailer)


def picture_pdf(
    stream: bytes,
    size_px: tuple[int, int],
    *,
    dictionary: bytes = b"/ColorSpace /DeviceGray /Filter /DCTDecode",
    content: bytes = b"100 0 0 200 0 0 cm /Im Do",
    page: bytes = b"/MediaBox [0 0 100 200]",
    extra: bytes = b"",
) -> bytes:
    """Return a PDF of one page that shows one picture.

    Args:
        stream: the picture's data, 8 bits a channel.
        size_px: its width and height.
        dictionary: what else its dictionary holds.
        content: the page's content, in which the picture is ``/Im``.
        page: what else the page's dictionary holds.
        extra: a second stream, object 6, which `dictionary` may refer to.
    """
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8" % size_px
    resources = b"/Resources << /XObject << /Im 5 0 R >> /Font << /F << /Type /Font "
    resources += b"/Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %b %b >>" % (page, resources),
        4: _stream(b"", content),
        5: _stream(head + b" " + dictionary, stream),
        6: _stream(head + b" /ColorSpace /DeviceGray", extra),
    }
    return _written(objects, b"")


def _stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (dictionary, len(content), content)


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
