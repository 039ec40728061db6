"""Signing in at the loopback archive: what is kept, where, and who is shown it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from deepzine_gui import archive, places
from deepzine_gui.archive.connection.sessions import ArchiveSession
from deepzine_gui.archive.identity import hosts, keys
from deepzine_gui.archive.identity.keys import Keys
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Finished, as_record
from tests.archive.reading import ends, items, on_disk
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.fakes.small_pdf import small_pdf

EMAIL, PASSWORD = "somebody@example.org", "correct horse battery"


class FakeKeyring:
    """What the keyring library asks of a system's keyring."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, name: str, text: str) -> None:
        self.held[service, name] = text

    def get_password(self, service: str, name: str) -> str | None:
        return self.held.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        del self.held[service, name]


@pytest.fixture
def system_keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    fake = FakeKeyring()
    for name in ("set_password", "get_password", "delete_password"):
        monkeypatch.setattr(f"keyring.{name}", getattr(fake, name))
    return fake


@pytest.fixture(autouse=True)
def _account(server: ArchiveServer) -> None:
    server.accounts.passwords[EMAIL] = PASSWORD


def kept_files() -> Iterator[Path]:
    return (path for path in places.state_folder().rglob("*") if path.is_file())


def test_keys_are_kept_in_a_file_where_there_is_no_keyring(server: ArchiveServer) -> None:
    events = list(archive.sign_in(EMAIL, PASSWORD))
    assert events[-1] == Finished(
        f"Signed in as {EMAIL}; the keys are kept in a file only you can read, the password is not."
    )
    account = archive.account()
    assert account is not None
    assert (account.email, account.where) == (EMAIL, "file")
    assert keys.keys_for(server.host) == Keys(*server.accounts.keys)
    assert all(PASSWORD not in path.read_text() for path in kept_files())
    (file,) = (path for path in kept_files() if server.accounts.keys[1] in path.read_text())
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    archive.sign_out()
    assert archive.account() is None
    assert not file.exists()


def test_keys_are_kept_in_the_keyring_where_there_is_one(
    server: ArchiveServer, system_keyring: FakeKeyring
) -> None:
    events = list(archive.sign_in(EMAIL, PASSWORD))
    assert "the system's keyring" in as_record(events[-1])["summary"]
    (held,) = system_keyring.held.values()
    assert server.accounts.keys[1] in held
    assert PASSWORD not in held
    assert all(server.accounts.keys[1] not in path.read_text() for path in kept_files())
    assert keys.keys_for(server.host) == Keys(*server.accounts.keys)
    archive.sign_out()
    assert system_keyring.held == {}
    assert keys.keys_for(server.host) is None


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("nobody@example.org", PASSWORD, "knows no account of this e-mail address"),
        (EMAIL, "guess", "The password is not that of this account"),
    ],
)
def test_a_refusal_is_one_sentence(email: str, password: str, sentence: str) -> None:
    with pytest.raises(ArchiveError, match=sentence) as caught:
        list(archive.sign_in(email, password))
    assert password not in str(caught.value)
    assert archive.account() is None


def test_a_login_that_is_sent_elsewhere_is_not_followed(server: ArchiveServer) -> None:
    with ArchiveServer() as thief:
        server.redirects["/services/xauthn/"] = f"http://{thief.host}/services/xauthn/"
        with pytest.raises(ArchiveError, match="cannot be understood"):
            list(archive.sign_in(EMAIL, PASSWORD))
        assert thief.log == []


def test_only_the_archive_is_shown_the_keys(server: ArchiveServer, folder: Path) -> None:
    access, secret = server.accounts.keys
    list(archive.sign_in(EMAIL, PASSWORD))
    server.add("one")
    server.add("two", small_pdf(2))
    with ArchiveServer() as elsewhere:
        elsewhere.add("two", small_pdf(2))
        address = "/download/two/two.pdf"
        server.redirects[address] = f"http://{elsewhere.host}{address}"
        server.spoil("/download/one", Fault(status=404))
        events = list(archive.download(items("one", "two"), folder))
        assert ends(events) == {"one": "failed", "two": "done"}
        (seen,) = elsewhere.log
        assert "Authorization" not in seen.headers
        assert access not in str(seen.headers)
    asked = [*server.asked("/metadata"), *server.asked("/download")]
    assert len(asked) == 4
    assert {a.headers.get("Authorization") for a in asked} == {f"LOW {access}:{secret}"}
    for told in server.log:
        assert access not in told.headers["User-Agent"]
        assert "DeepZine/" in told.headers["User-Agent"]
    texts = [(folder / name).read_bytes() for name in on_disk(folder) if name.endswith("json")]
    texts += [str(as_record(event)).encode() for event in events]
    assert not [text for text in texts if access.encode() in text or secret.encode() in text]


def test_keys_of_one_archive_are_not_for_another(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(archive.sign_in(EMAIL, PASSWORD))
    with ArchiveServer() as other:
        other.add("one")
        monkeypatch.setenv(hosts.HOST_VARIABLE, other.host)
        assert archive.account() is None
        list(archive.download(items("one"), folder))
        assert not [asked for asked in other.log if "Authorization" in asked.headers]


@pytest.mark.parametrize(
    ("url", "is_shown"),
    [
        ("https://archive.org/metadata/x", True),
        ("https://ia800100.us.archive.org/1/items/x.pdf", True),
        ("http://archive.org/metadata/x", False),
        ("https://evil-archive.org/x", False),
        ("https://archive.org.example.com/x", False),
        ("https://user@evil.org/archive.org", False),
    ],
)
def test_whom_the_public_archives_keys_are_shown(
    monkeypatch: pytest.MonkeyPatch, url: str, is_shown: bool
) -> None:
    monkeypatch.setenv("IA_ACCESS_KEY_ID", "open-sesame")
    monkeypatch.setenv("IA_SECRET_ACCESS_KEY", "very-secret")
    with ArchiveSession(hosts.PUBLIC_HOST) as session:
        sent = session.prepare_request(requests.Request("GET", url))
        assert ("Authorization" in sent.headers) == is_shown
        assert "sesame" not in sent.headers["User-Agent"]
        sent.headers["Authorization"] = "LOW of another place"
        session.rebuild_auth(sent, None)
        assert (sent.headers.get("Authorization") == "LOW open-sesame:very-secret") == is_shown
        assert ("Authorization" in sent.headers) == is_shown
    assert "very-secret" not in repr(Keys("open-sesame", "very-secret"))


def test_a_damaged_note_of_an_account_is_as_none() -> None:
    (places.state_folder() / "archive-account.json").write_text("{", encoding="utf-8")
    assert archive.account() is None
    list(archive.sign_in(EMAIL, PASSWORD))
    assert archive.account() is not None
