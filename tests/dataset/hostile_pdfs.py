"""PDFs that are well enough formed to be opened, and odd in every other way."""

import zlib
from collections.abc import Iterator

from tests.pages.pdfs import box, pdf


def odd() -> Iterator[bytes]:
    """Yield all of them."""
    yield from (_boxed(told) for told in _BOXES)
    yield from (_content(content) for content in _contents())
    yield from _trees()
    yield from _pictures()
    yield from _lies()
    yield pdf([b""] * 1500)
    yield pdf([b""] * 40, lost=range(1, 40, 2))


_BOXES = (
    *("0 0 0 0", "0 0 1e-9 1e-9", "0 0 1e9 1e9", "0 0 1e38 1e38", "0 0 1e308 1e308"),
    *("0 0 -100 -200", "100 200 0 0", "0 0 NaN NaN", "0 0 inf inf", "0 0 1 1e7", "0 0 1e7 1"),
    *("", "0", "0 0 0", "a b c d", "(0) (0) (9) (9)", "null", "0 0 2147483648 2147483648"),
    *("-2147483649 0 0 100", "1e20 1e20 1e20 1e20", "0 0 .0001 100", "0 0 14400 14400"),
)


def _boxed(told: str) -> bytes:
    return file([page(b"/MediaBox [%b]" % told.encode())])


def _contents() -> Iterator[bytes]:
    yield b"q " * 200_000
    yield b"q " * 5_000 + box(0, 0, 50, 50) + b"Q " * 5_000
    yield b"Q " * 50_000
    yield b"BT " * 20_000
    yield b"[" * 100_000
    yield b"<<" * 50_000
    yield b"(" * 100_000
    yield b"1 0 0 1 0 0 cm " * 50_000
    yield b"1e300 0 0 1e300 0 0 cm " + box(0, 0, 10, 10)
    yield b"0 0 0 0 0 0 cm " + box(0, 0, 10, 10)
    yield b"NaN NaN m inf inf l S"
    yield b"0 0 m " + b"9e9 9e9 l " * 20_000 + b"f*"
    yield b"".join(b"%d 0 m 0 %d l S " % (n, n) for n in range(10_000))
    yield b"[1e-9 1e-9] 0 d 0 0 m 100000 0 l S"
    yield b"1e9 w 0 0 m 1 1 l S"
    yield b"BI /W 60000 /H 60000 /BPC 8 /CS /G ID x EI"
    yield b"BI /W -1 /H -1 ID EI"
    yield b"/Nothing Do /Nothing gs /Nothing sh /Nothing scn"
    yield b"\xff\xfe\x00" * 10_000
    yield b"W n " * 30_000


def _content(content: bytes) -> bytes:
    return pdf([content, box(0, 0, 50, 50)])


def file(pages: list[bytes], more: dict[int, bytes] | None = None) -> bytes:
    """Return a PDF with these page dictionaries (objects from 10 on) and further objects."""
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(len(pages)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(pages), kids),
        **{10 + n: content for n, content in enumerate(pages)},
        **(more or {}),
    }
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % pair for pair in objects.items())
    # without a table of places PDFium looks for the objects itself
    return b"%PDF-1.7\n" + body + b"trailer <</Root 1 0 R>>\n%%EOF\n"


def page(told: bytes, resources: bytes = b"<<>>") -> bytes:
    """Return a page dictionary; its content is object 100."""
    return b"<</Type/Page/Parent 2 0 R/Resources %b/Contents 100 0 R %b>>" % (resources, told)


def stream(told: bytes, content: bytes) -> bytes:
    """Return a stream object."""
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (told, len(content), content)


_PLAIN = b"/MediaBox[0 0 100 100]"


def _trees() -> Iterator[bytes]:
    """Trees of pages that are deep, circular, or lie about their size."""
    for depth in (50, 2_000):
        nodes = {
            n: b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (n + 1, n - 1)
            for n in range(200, 200 + depth)
        }
        last = 200 + depth
        nodes[last] = page(_PLAIN)
        yield file([], {**nodes, 2: b"<</Type/Pages/Count 1/Kids[200 0 R]>>"})
    yield file([], {2: b"<</Type/Pages/Count 5/Kids[2 0 R 2 0 R]>>"})
    yield file([page(_PLAIN)], {2: b"<</Type/Pages/Count 2000000000/Kids[10 0 R]>>"})
    yield file([page(_PLAIN)], {2: b"<</Type/Pages/Count -3/Kids[10 0 R]>>"})
    yield file([page(_PLAIN)], {1: b"<</Type/Catalog/Pages 1 0 R>>"})
    yield file([page(_PLAIN)], {10: b"10 0 R"})
    yield file([b"<</Type/Page/Parent 10 0 R/MediaBox 10 0 R>>"])
    yield file([page(b"/Rotate 45 " + _PLAIN), page(b"/Rotate -90 " + _PLAIN)])
    yield file([page(b"/UserUnit 1e9 " + _PLAIN)])
    yield file([page(b"/CropBox[500 500 600 600] " + _PLAIN)])


def _pictures() -> Iterator[bytes]:
    """Pages with forms that hold themselves, and with pictures that are not what they say."""
    draw = {100: stream(b"", b"100 0 0 100 0 0 cm /X Do")}
    seen = page(_PLAIN, b"<</XObject<</X 50 0 R>>>>")
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 50 0 R/Y 51 0 R>>>>"
    yield file([seen], {**draw, 50: stream(form, b"/X Do")})
    yield file([seen], {**draw, 50: stream(form, b"/Y Do"), 51: stream(form, b"/X Do /X Do")})
    yield file([seen], {**draw, **_doubling(10)})
    yield from _sources_of_themselves()
    for told, content in _IMAGES:
        image = stream(b"/Type/XObject/Subtype/Image/BitsPerComponent 8" + told, content)
        yield file([seen], {**draw, 50: image})


def _sources_of_themselves() -> Iterator[bytes]:
    """A tile of no width, a soft mask under itself, a letter written with itself, many stamps."""
    tile = b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1e-5/YStep 1e-5"
    seen = page(_PLAIN, b"<</Pattern<</P 50 0 R>>>>")
    draw = stream(b"", b"/Pattern cs /P scn 0 0 100 100 re f")
    yield file([seen], {100: draw, 50: stream(tile + b"/Resources<<>>", b"0 0 1 1 re f")})
    mask = b"<</ExtGState<</G<</SMask<</S/Luminosity/G 50 0 R>>>>>>>>"
    form = b"/Subtype/Form/BBox[0 0 100 100]/Group<</S/Transparency/CS/DeviceGray>>/Resources "
    fill = b"/G gs 0 0 100 100 re f"
    yield file([page(_PLAIN, mask)], {100: stream(b"", fill), 50: stream(form + mask, fill)})
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 65"
        b"/LastChar 65/Widths[1]/Encoding<</Differences[65/A]>>/CharProcs<</A 51 0 R>>"
        b"/Resources<</Font<</F 50 0 R>>>>>>"
    )
    letter = stream(b"", b"1 0 d0 BT /F 1 Tf (AAAAAAAA) Tj ET 0 0 1 1 re f")
    more = {100: stream(b"", b"BT /F 40 Tf (AAAA) Tj ET"), 50: font, 51: letter}
    yield file([page(_PLAIN, b"<</Font<</F 50 0 R>>>>")], more)
    stamp = b"<</Type/Annot/Subtype/Stamp/Rect[0 0 50 50]/AP<</N 60 0 R>>>>"
    more = {100: stream(b"", b""), 60: stream(b"/Subtype/Form/BBox[0 0 1 1]", b"0 0 1 1 re f")}
    yield file([page(_PLAIN + b"/Annots[" + stamp * 5000 + b"]")], more)


def with_endless_page(*, before: int, after: int) -> bytes:
    """Return a PDF whose pages are plain, but for one that would take for ever to draw."""
    plain = page(_PLAIN).replace(b"100 0 R", b"101 0 R")
    endless = page(_PLAIN, b"<</XObject<</X 50 0 R>>>>")
    more = {
        100: stream(b"", b"100 0 0 100 0 0 cm /X Do"),
        101: stream(b"", box(0, 0, 100, 40)),
        **_doubling(40),
    }
    return file([plain] * before + [endless] + [plain] * after, more)


def _doubling(depth: int) -> dict[int, bytes]:
    """Forms of which each draws the next one twice, and the last a rectangle."""
    told = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X %d 0 R>>>>"
    forms = {
        number: stream(told % (number + 1), b"/X Do /X Do") for number in range(50, 50 + depth)
    }
    return {**forms, 50 + depth: stream(told % 0, b"0 0 1 1 re f")}


ZEROS = zlib.compress(bytes(30_000_000), 9)
"""What is 30 million bytes once it is unpacked."""

_IMAGES = (
    (b"/Width 60000/Height 60000/ColorSpace/DeviceGray", b"x" * 50),
    (b"/Width 60000/Height 60000/ColorSpace/DeviceRGB/Filter/FlateDecode", ZEROS),
    (b"/Width 5000/Height 6000/ColorSpace/DeviceGray/Filter/FlateDecode", ZEROS),
    (b"/Width 10/Height 10/ColorSpace/DeviceGray/Filter/FlateDecode", ZEROS),
    (
        b"/Width 10/Height 10/ColorSpace/DeviceGray/Filter[/FlateDecode/FlateDecode]",
        zlib.compress(ZEROS, 9),
    ),
    (b"/Width 60000/Height 60000/ColorSpace/DeviceRGB/Filter/DCTDecode", b"\xff\xd8\xff\xd9"),
    (b"/Width 60000/Height 60000/Filter/JPXDecode", b"\0\0\0\x0cjP  \r\n\x87\n"),
    (b"/Width 60000/Height 60000/ColorSpace/DeviceGray/Filter/CCITTFaxDecode", b"\0" * 99),
    (b"/Width 60000/Height 60000/ColorSpace/DeviceGray/Filter/JBIG2Decode", b"\0" * 99),
    (b"/Width 0/Height 0/ColorSpace/DeviceGray", b""),
    (b"/Width -5/Height -5/ColorSpace/DeviceGray", b"xxxxxxx"),
    (b"/Width 10/Height 10/ColorSpace[/Indexed/DeviceRGB 255 50 0 R]", b"x" * 100),
    (b"/Width 10/Height 10/ColorSpace/Nothing/SMask 50 0 R", b"x" * 100),
)


def _lies() -> Iterator[bytes]:
    """Files whose places, lengths and versions are wrong."""
    whole = pdf([box(0, 0, 50, 50)] * 2)
    yield whole.replace(b"startxref\n", b"startxref\n9")
    yield whole.replace(b"/Length", b"/Lenght")
    yield whole.replace(b"/Count 2", b"/Count 999")
    yield whole.replace(b"/Root 1 0 R", b"/Root 9 0 R")
    yield whole.replace(b"%PDF-1.4", b"%PDF-9.9")
    yield b"junk\n" * 100 + whole
    yield whole + b"junk\n" * 100
    yield whole * 2
    yield whole[::-1]
    yield whole.replace(b"endobj", b"")
    yield whole.replace(b"/Prev", b"").replace(b"trailer\n<<", b"trailer\n<< /Prev 0 ")
