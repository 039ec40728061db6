"""Signing in without a window, and the contact the archive is told."""

import getpass
import io
import sys

import pytest

from deepzine_gui import archive
from deepzine_gui.__main__ import main
from deepzine_gui.archive.identity import hosts
from tests.fakes.archive_server import ArchiveServer

EMAIL, PASSWORD = "somebody@example.org", "correct horse"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPZINE_CONTACT", raising=False)


def test_in_and_out_with_a_password_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ArchiveServer() as server:
        server.accounts.passwords[EMAIL] = PASSWORD
        monkeypatch.setenv(hosts.HOST_VARIABLE, server.host)
        monkeypatch.setattr(sys, "stdin", io.StringIO("guess\n"))
        assert main(["account", "sign-in", EMAIL]) == 1
        assert "The password is not that of this account" in capsys.readouterr().err
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        assert main(["account", "sign-in", EMAIL]) == 1
        assert "There is no password" in capsys.readouterr().err
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
        assert main(["account", "sign-in", EMAIL]) == 0
        told = capsys.readouterr()
        assert f"Signed in as {EMAIL}" in told.out
        assert PASSWORD not in told.out + told.err
        assert main(["account", "show"]) == 0
        assert f"Signed in as {EMAIL}; the archive is told no" in capsys.readouterr().out
        assert main(["account", "sign-out"]) == 0
        assert archive.account() is None


def test_a_password_is_asked_for_where_somebody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveServer() as server:
        server.accounts.passwords[EMAIL] = PASSWORD
        monkeypatch.setenv(hosts.HOST_VARIABLE, server.host)
        monkeypatch.setattr(sys, "stdin", Terminal())
        monkeypatch.setattr(getpass, "getpass", lambda prompt: PASSWORD)
        assert main(["account", "sign-in", EMAIL]) == 0
        assert archive.account() is not None


def test_a_password_is_no_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["account", "sign-in", EMAIL, PASSWORD])


def test_the_contact_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "contact", "Ann@example.org"]) == 0
    assert capsys.readouterr().out == "The archive is told the contact Ann@example.org.\n"
    assert archive.contact() == "Ann@example.org"
    assert main(["account", "contact", ""]) == 0
    assert archive.contact() == ""
