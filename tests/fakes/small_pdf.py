"""A PDF of a few plain pages, written by hand so that tests need no library for it."""

import zlib


def small_pdf(pages: int = 1, *, salt: int = 0, padding_bytes: int = 0) -> bytes:
    """Make a PDF of A5 pages with dark bars for lines of text.

    Args:
        pages: how many.
        salt: changes the bars, so that two documents differ.
        padding_bytes: length of a comment of noise, to make the file large.
    """
    kids = " ".join(f"{3 + 2 * page} 0 R" for page in range(pages))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
    ]
    for page in range(pages):
        marks = _bars(page, salt)
        box, contents = "/MediaBox[0 0 420 595]", f"/Contents {4 + 2 * page} 0 R"
        bodies.append(f"<</Type/Page/Parent 2 0 R{box}{contents}>>".encode())
        bodies.append(
            f"<</Length {len(marks)}/Filter/FlateDecode>>stream\n".encode() + marks + b"\nendstream"
        )
    return _assemble(bodies, padding_bytes)


def _bars(page: int, salt: int) -> bytes:
    """Content stream of one page: bars of uneven length, as of ragged text."""
    lines = [
        f"50 {540 - 20 * line} {120 + (line * 37 + page * 53 + salt * 29) % 200} 10 re f"
        for line in range(24)
    ]
    return zlib.compress("\n".join(lines).encode())


def _assemble(bodies: list[bytes], padding_bytes: int) -> bytes:
    """Number the objects and add the table of their places (ISO 32000-1, 7.5)."""
    noise = b"".join(b"%%%06d" % (n * 7919 % 1_000_000) for n in range(padding_bytes // 8))
    text = b"%PDF-1.4\n" + (b"%" + noise + b"\n" if noise else b"")
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        text
        + f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}".encode()
        + f"trailer\n<</Size {len(bodies) + 1}/Root 1 0 R>>\n".encode()
        + f"startxref\n{len(text)}\n%%EOF\n".encode()
    )
