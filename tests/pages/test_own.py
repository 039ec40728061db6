"""Own documents brought into a project: copied and unpacked, whatever an archive tries."""

import errno
import io
import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui.errors import DiskFullError
from deepzine_gui.pages import find_documents
from deepzine_gui.pages.own import allowance, bring
from deepzine_gui.progress import Finished, Notice
from tests.fakes.small_pdf import small_pdf

PDF = small_pdf()
PNG = b"\x89PNG\r\n\x1a\n as far as the first bytes tell"


@pytest.fixture
def own(folder: Path) -> Path:
    return folder / "own"


def packed(contents: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return held.getvalue()


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def brought(own: Path, *paths: Path) -> list[str]:
    """Bring them; return what was said before the end."""
    events = list(bring(paths, own))
    assert isinstance(events[-1], Finished)
    return [event.text for event in events if isinstance(event, Notice)]


def files(folder: Path) -> set[str]:
    """All files and empty folders below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file() or not any(path.iterdir()))
    return {path.relative_to(folder).as_posix() for path in found}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(own: Path, tmp_path: Path) -> None:
    write(tmp_path / "in" / "book.pdf", PDF)
    for name in ("pipe.zip", "pipe.pdf"):
        os.mkfifo(tmp_path / "in" / name)
    assert brought(own, tmp_path / "in") == []
    assert files(own) == {"in/book.pdf"}
    for name, told in [("pipe.zip", "cannot be unpacked"), ("pipe.pdf", "is neither a PDF nor")]:
        (sentence,) = brought(own, tmp_path / "in" / name)
        assert sentence.startswith(f"{name} {told}")


def test_files_and_folders_are_copied_with_their_subfolders(own: Path, tmp_path: Path) -> None:
    book = write(tmp_path / "book.pdf", PDF)
    write(tmp_path / "maps" / "north" / "1.png", PNG)
    write(tmp_path / "maps" / "south" / "leaflet.pdf", PDF)
    write(tmp_path / "maps" / "notes.txt", b"no pages")
    write(tmp_path / "maps" / ".hidden" / "1.png", PNG)
    write(tmp_path / "maps" / "._notes.png", PNG)
    write(tmp_path / "maps" / "south" / "empty.pdf", b"")
    (tmp_path / "maps" / "around").symlink_to(tmp_path / "maps")
    assert brought(own, book, tmp_path / "maps") == ["empty.pdf is empty."]
    assert files(own) == {"book.pdf", "maps/north/1.png", "maps/south/leaflet.pdf"}
    labels = {document.folder for document in find_documents([own / "maps"])}
    assert labels == {"north", "south"}
    assert book.read_bytes() == PDF


def test_a_folder_stays_and_only_its_archives_come(own: Path, tmp_path: Path) -> None:
    write(tmp_path / "maps" / "book.pdf", PDF)
    write(tmp_path / "maps" / "north" / "old.cbz", packed({"1.png": PNG}))
    write(tmp_path / "plain" / "book.pdf", PDF)
    events = list(bring([], own, unpacked_of=[tmp_path / "maps", tmp_path / "plain"]))
    assert files(own) == {"maps/north/old/1.png"}
    assert not [event for event in events if isinstance(event, Notice)]
    assert {document.folder for document in find_documents([own / "maps"])} == {"north/old"}


def test_a_file_that_cannot_be_read_costs_only_itself(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = write(tmp_path / "maps" / "a.pdf", PDF)
    write(tmp_path / "maps" / "b.pdf", PDF)
    opened = Path.open

    def refuse(path: Path, mode: str = "r", **options: Any) -> Any:
        if path == locked:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, mode, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert brought(own, tmp_path / "maps") == [f"{locked} cannot be read: Permission denied."]
    assert files(own) == {"maps/b.pdf"}


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_whatever_is_spoilt_in_an_entry_costs_only_itself(
    own: Path, tmp_path: Path, method: int
) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        archive.writestr("bad.pdf", PDF)
        archive.writestr("good.pdf", PDF)
    content = bytearray(held.getvalue())
    content[60:90] = bytes(30)
    path = write(tmp_path / "zines.zip", bytes(content))
    assert brought(own, path) == [
        "Left out of zines.zip: bad.pdf (it is damaged, or packed in an unknown way)."
    ]
    assert files(own) == {"zines/good.pdf"}


def test_names_that_are_taken_get_a_number(own: Path, tmp_path: Path) -> None:
    for place in ("a", "b"):
        write(tmp_path / place / "book.pdf", PDF)
    brought(own, tmp_path / "a" / "book.pdf", tmp_path / "b" / "book.pdf")
    assert files(own) == {"book.pdf", "book (2).pdf"}


@pytest.mark.parametrize("suffix", ["zip", "CBZ"])
def test_archives_are_unpacked(own: Path, tmp_path: Path, suffix: str) -> None:
    inner = packed({"deep/2.png": PNG})
    archive = write(
        tmp_path / f"zines.{suffix}",
        packed({"1.png": PNG, "sub/report": PDF, "read.me": b"?", "more.cbz": inner, "e.pdf": b""}),
    )
    assert brought(own, archive) == []
    assert files(own) == {"zines/1.png", "zines/sub/report", "zines/more/deep/2.png"}


def test_archives_in_a_folder_are_unpacked_where_they_lie(own: Path, tmp_path: Path) -> None:
    write(tmp_path / "all" / "sub" / "zines.cbz", packed({"1.png": PNG}))
    write(tmp_path / "all" / "torn.zip", packed({"1.png": PNG})[:-30])
    write(tmp_path / "all" / "bomb.zip", packed({"1.png": PNG, "2.png": PNG + bytes(10**7)}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allowance, "GROWTH_COUNTS_FROM_BYTES", 1000)
        said = brought(own, tmp_path / "all")
    assert files(own) == {"all/sub/zines/1.png"}
    assert len(said) == 1
    assert "bomb.zip is not unpacked" in said[0]


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.png",
        "a/../../evil.png",
        "/evil.png",
        "..\\evil.png",
        "C:/evil.png",
        "\\evil.png",
    ],
)
def test_no_name_leads_out(own: Path, tmp_path: Path, name: str) -> None:
    archive = write(tmp_path / "zines.zip", packed({name: PNG, "good.png": PNG}))
    before = files(tmp_path)
    (said,) = brought(own, archive)
    assert said == f"Left out of zines.zip: {name} (its name leads out of the archive's folder)."
    assert files(tmp_path) - before == {f"{own.relative_to(tmp_path)}/zines/good.png"}


def test_links_are_not_made(own: Path, tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        link = zipfile.ZipInfo("secrets.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.png", PNG)
    (said,) = brought(own, write(tmp_path / "zines.zip", held.getvalue()))
    assert "secrets.png (it is a link)" in said
    assert files(own) == {"zines/good.png"}


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("con.png", "_con.png"),
        ("what?: a|name.png", "what__ a_name.png"),
        ("ends. /1.png", "ends/1.png"),
        ("空" * 100 + ".png", "空" * 50 + ".png"),
        ("x" * 300 + ".png", "x" * 150 + ".png"),
    ],
)
def test_names_are_made_storable(own: Path, tmp_path: Path, name: str, stored: str) -> None:
    assert brought(own, write(tmp_path / "z.zip", packed({name: PNG}))) == []
    assert files(own) == {f"z/{stored}"}


def test_what_is_hidden_or_of_a_mac_is_passed_over(own: Path, tmp_path: Path) -> None:
    names = ("book/1.png", "__MACOSX/book/._1.png", "book/._1.png", ".git/2.png", "book/.DS_Store")
    assert brought(own, write(tmp_path / "z.zip", packed(dict.fromkeys(names, PNG)))) == []
    assert files(own) == {"z/book/1.png"}


@pytest.mark.parametrize("suffix", ["png", "zip"])
def test_an_entry_that_cannot_be_stored_costs_only_itself(
    own: Path, tmp_path: Path, suffix: str
) -> None:
    deep = "/".join(["d" * 140] * 40) + f"/1.{suffix}"
    content = PNG if suffix == "png" else packed({"1.png": PNG})
    odd = packed({"a.png": PNG, f"a.png/b.{suffix}": content, deep: content, "good.png": PNG})
    following = write(tmp_path / "more.zip", packed({"1.png": PNG}))
    (said,) = brought(own, write(tmp_path / "odd.zip", odd), following)
    assert f"a.png/b.{suffix} (no file can have this name here)" in said
    assert said.count("(no file can have this name here)") == 2
    assert f"{'d' * 39}…" in said
    assert len(said) < 300
    assert files(own) == {"odd/a.png", "odd/good.png", "more/1.png"}


def test_names_that_become_the_same_are_both_kept(own: Path, tmp_path: Path) -> None:
    brought(own, write(tmp_path / "z.zip", packed({"a?.png": PNG, "a*.png": PNG})))
    assert files(own) == {"z/a_.png", "z/a_ (2).png"}


def test_a_bomb_is_refused_before_and_while_it_goes_off(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "GROWTH_COUNTS_FROM_BYTES", 100_000)
    bomb = write(tmp_path / "bomb.zip", packed({"1.png": PNG + bytes(30_000_000)}))
    (said,) = brought(own, bomb)
    assert "bomb.zip is not unpacked: it would become far larger" in said
    nested = {"1.zip": packed({"1.png": PNG + bytes(30_000_000)}), "good.png": PNG}
    (said,) = brought(own, write(tmp_path / "nested.zip", packed(nested)))
    assert "nested.zip is not unpacked" in said
    monkeypatch.setattr(allowance.Allowance, "announce", lambda *_: None)
    (said,) = brought(own, bomb)
    assert "bomb.zip is not unpacked" in said
    monkeypatch.setattr(allowance, "MOST_FILES", 5)
    many = packed({f"{number}.png": PNG for number in range(9)})
    (said,) = brought(own, write(tmp_path / "many.zip", many))
    assert "many.zip is not unpacked" in said
    assert files(own) == set()


def test_what_does_not_fit_the_disk_is_told_in_numbers(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "SPARE_BYTES", 10**18)
    archive = write(tmp_path / "zines.zip", packed({"1.png": PNG}))
    with pytest.raises(DiskFullError, match=r"no room to unpack zines\.zip: it would take .* B or"):
        list(bring([archive], own))
    assert files(own) == set()


def test_what_is_locked_damaged_or_too_deep_is_named_and_the_rest_comes(
    own: Path, tmp_path: Path
) -> None:
    deep = packed({"1.png": PNG})
    for _ in range(3):
        deep = packed({"in.zip": deep})
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("good.png", PNG)
        archive.writestr("locked.png", PNG)
        archive.writestr("torn.png", PNG + b"torn here")
        archive.writestr("torn.zip", b"PK\3\4 and nothing more")
        archive.writestr("deep.zip", deep)
    content = bytearray(stored.getvalue().replace(b"torn here", b"torn away", 1))
    for place in _places(content, b"locked.png"):
        is_local = content[place - 30 : place - 26] == b"PK\3\4"
        content[place - (24 if is_local else 38)] |= 1
    (said,) = brought(own, write(tmp_path / "zines.zip", bytes(content)))
    assert "locked.png (it is locked with a password)" in said
    assert "torn.png (it is damaged" in said
    assert "torn.zip (it is damaged)" in said
    assert "1 more" in said
    assert files(own) == {"zines/good.png"}


def _places(content: bytearray, name: bytes) -> list[int]:
    return [place for place in range(len(content)) if content[place:].startswith(name)]


@pytest.mark.parametrize("name", ["notes.txt", "empty.zip", "no.zip", "gone.pdf"])
def test_what_brings_nothing_is_said_and_leaves_nothing(
    own: Path, tmp_path: Path, name: str
) -> None:
    write(tmp_path / "notes.txt", b"no pages")
    write(tmp_path / "empty.zip", packed({"notes.txt": b"no pages"}))
    write(tmp_path / "no.zip", b"no archive at all")
    (said,) = brought(own, tmp_path / name)
    assert said.startswith(name)
    assert files(own) == set()


def test_stopped_amid_an_archive_nothing_half_is_left(own: Path, tmp_path: Path) -> None:
    many = packed({f"{number}.png": PNG for number in range(9)})
    job = bring([write(tmp_path / "many.zip", many)], own)
    for _ in range(4):
        next(job)
    job.close()
    assert files(own) == set()


def test_a_project_within_the_folder_is_not_copied_into_itself(own: Path, folder: Path) -> None:
    write(folder / "book.pdf", PDF)
    write(own / "before.pdf", PDF)
    assert brought(own, folder) == []
    assert files(own) == {"before.pdf", f"{folder.name}/book.pdf"}
