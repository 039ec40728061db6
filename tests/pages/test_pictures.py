import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.pages import BadPage, Document, Page, PageSettings, count_pages, render_pages

GREY = PageSettings(resolution=8, fit="stretch", trim=0, split=0, straighten=0)
RGB = GREY.model_copy(update={"colour": "rgb"})


def _pages(path: Path, settings: PageSettings = GREY) -> list[Page | BadPage]:
    return list(render_pages(Document(path, "picture"), settings))


def _pixels(path: Path, settings: PageSettings = GREY) -> np.ndarray:
    (page,) = _pages(path, settings)
    assert isinstance(page, Page)
    return page.pixels


def _saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def test_shrinking_takes_the_mean(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (128, 128), dtype=np.uint8)
    # smooth enough that the filter's shape does not matter, rough enough to show an offset
    smooth = noise.reshape(16, 8, 16, 8).mean((1, 3)).repeat(8, 0).repeat(8, 1).astype(np.uint8)
    found = _pixels(_saved(Image.fromarray(smooth), tmp_path / "a.png"))
    mean = smooth.reshape(8, 16, 8, 16).mean((1, 3))
    assert np.abs(found[0] - mean).max() < 6


def test_small_pictures_are_enlarged(tmp_path: Path) -> None:
    path = _saved(Image.new("L", (3, 3), 77), tmp_path / "a.png")
    assert (_pixels(path) == 77).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_upright(tmp_path: Path, orientation: int) -> None:
    # the four quarters of an upright page, 40 wide and 80 high
    upright = np.kron(np.array([[10, 80], [160, 240]], np.uint8), np.ones((40, 20), np.uint8))
    turned = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: np.rot90(upright.T, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.ascontiguousarray(turned))
    path = _saved(image, tmp_path / "a.jpg", exif=exif, quality=95)
    (page,) = _pages(path)
    assert isinstance(page, Page)
    assert page.aspect == 0.5
    quarters = page.pixels[0].reshape(2, 4, 2, 4)[:, 2, :, 2].astype(int)
    assert np.abs(quarters - [[10, 80], [160, 240]]).max() < 10


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("1", (9, 9), 1), (255, 255, 255)),
        (Image.new("L", (9, 9), 100), (100, 100, 100)),
        (Image.new("LA", (9, 9), (0, 51)), (204, 204, 204)),
        (Image.new("RGB", (9, 9), (1, 2, 3)), (1, 2, 3)),
        (Image.new("RGBA", (9, 9), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (9, 9), (255, 0, 0, 102)), (255, 153, 153)),
        (Image.new("RGB", (9, 9), (9, 80, 9)).quantize(4), (9, 80, 9)),
        (Image.new("CMYK", (9, 9), (0, 255, 255, 0)), (255, 0, 0)),
        (Image.fromarray(np.full((9, 9), 0x8080, np.uint16)), (128, 128, 128)),
        (Image.fromarray(np.full((9, 9), 0x8080, np.int32)), (128, 128, 128)),
        (Image.fromarray(np.full((9, 9), 0.2, np.float32)), (51, 51, 51)),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else "",
)
def test_any_mode_becomes_eight_bits_on_white(
    tmp_path: Path, image: Image.Image, colour: tuple[int, int, int]
) -> None:
    path = _saved(image, tmp_path / "a.tif")
    assert _pixels(path, RGB)[:, 4, 4].tolist() == list(colour)
    assert _pixels(path).shape == (1, 8, 8)


def test_a_transparent_colour_is_white(tmp_path: Path) -> None:
    path = _saved(Image.new("P", (9, 9), 0), tmp_path / "a.gif", transparency=0)
    assert (_pixels(path) == 255).all()


def test_frames_of_a_tiff_are_pages_but_those_of_a_gif_a_film(tmp_path: Path) -> None:
    frames = [Image.new("L", (9, 9), value) for value in (10, 100, 200)]
    for name in ("a.tif", "a.gif"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
    tiff = _pages(tmp_path / "a.tif")
    assert [(p.number, int(p.pixels[0, 0, 0])) for p in tiff if isinstance(p, Page)] == [
        (1, 10),
        (2, 100),
        (3, 200),
    ]
    assert count_pages(Document(tmp_path / "a.tif", "picture")) == 3
    assert len(_pages(tmp_path / "a.gif")) == 1


def test_a_folder_is_one_document_with_pages_in_natural_order(tmp_path: Path) -> None:
    for value in (100, 20, 3):
        _saved(Image.new("L", (9, 9), value), tmp_path / f"p{value}.png")
    (tmp_path / "p50.jpg").write_bytes(b"not a picture")
    folder = Document(tmp_path, "folder")
    pages = list(render_pages(folder, GREY))
    assert [page.number for page in pages] == [1, 2, 3, 4]
    assert isinstance(pages[2], BadPage)
    assert "p50.jpg is not a picture" in pages[2].reason
    assert [p.pixels[0, 0, 0] for p in pages if isinstance(p, Page)] == [3, 20, 100]
    assert count_pages(folder) == 4


def test_a_truncated_picture_is_a_bad_page(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    path = _saved(Image.fromarray(noise), tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[:900])
    (page,) = _pages(path)
    assert isinstance(page, BadPage)
    assert page.reason.startswith("a.jpg cannot be read")


def test_a_decompression_bomb_is_refused_unopened(tmp_path: Path) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bomb)
    (page,) = _pages(tmp_path / "a.png")
    assert page == BadPage(1, "a.png has far too many pixels to be a page")


def test_the_size_of_the_original_is_told(tmp_path: Path) -> None:
    (page,) = _pages(_saved(Image.new("L", (300, 90)), tmp_path / "a.jpg"))
    assert isinstance(page, Page)
    assert page.original_px == 90


def test_a_turned_tiff_is_turned_once(tmp_path: Path) -> None:
    upright = np.kron(np.array([[10, 80], [160, 240]], np.uint8), np.ones((40, 20), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(upright)))
    (page,) = _pages(_saved(stored, tmp_path / "a.tif", exif=exif, compression="tiff_lzw"))
    assert isinstance(page, Page)
    assert page.aspect == 0.5
    assert page.pixels[0][2::4, 2::4].tolist() == [[10, 80], [160, 240]]


def test_a_piece_of_a_picture_is_taken_at_its_full_size(tmp_path: Path) -> None:
    # print of 1-pixel stripes amid a margin so wide that only a sixth of the page is left
    page = np.full((1200, 1200), 255, np.uint8)
    page[500:700, 500:700] = 0
    page[500:700:2, 500:700] = 200
    settings = PageSettings(resolution=128, trim=1, split=0, straighten=0)
    (found,) = _pages(_saved(Image.fromarray(page), tmp_path / "a.png"), settings)
    assert isinstance(found, Page)
    # reduced to twice the square first, the stripes would have been blurred away
    assert found.pixels[0, 40:88, 40:88].std() > 20


def test_other_formats_are_not_tried(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    (page,) = _pages(tmp_path / "a.jpg")
    assert page == BadPage(1, "a.jpg is not a picture, or is damaged")
