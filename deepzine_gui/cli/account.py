"""Sign in at the Internet Archive or out, and say how it can reach you."""

import argparse
import getpass
import sys
from collections.abc import Callable, Generator

from deepzine_gui import archive
from deepzine_gui.cli import options
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished

_Job = Callable[[argparse.Namespace], Generator[Event]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands: an action, and what belongs to it."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def add(name: str, job: _Job, purpose: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=purpose, description=f"{purpose.capitalize()}.")
        action.set_defaults(job=job)
        options.add_json(action)
        return action

    add("show", _show, "say who is signed in, and what contact the archive is told")
    add(
        "sign-in",
        _sign_in,
        "keep the keys of an account; its password is asked for, or read from standard input, and "
        "never kept",
    ).add_argument("email", metavar="E-MAIL", help="the account's e-mail address")
    add("sign-out", _sign_out, "forget the keys")
    add("contact", _contact, "say with every request how the archive can reach you").add_argument(
        "contact", metavar="CONTACT", help='e-mail address or page; "" for none'
    )


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    job: _Job = arguments.job
    return job(arguments)


def _show(arguments: argparse.Namespace) -> Generator[Event]:
    account = archive.account()
    signed_in = "Nobody is signed in" if account is None else f"Signed in as {account.email}"
    yield Finished(f"{signed_in}; {_told(archive.contact())}")


def _sign_in(arguments: argparse.Namespace) -> Generator[Event]:
    yield from archive.sign_in(arguments.email, _password())


def _sign_out(arguments: argparse.Namespace) -> Generator[Event]:
    archive.sign_out()
    yield Finished("Signed out; the keys are forgotten.")


def _contact(arguments: argparse.Namespace) -> Generator[Event]:
    kept = archive.keep_contact(arguments.contact)
    told = _told(kept)
    yield Finished(told[:1].upper() + told[1:])


def _told(contact: str) -> str:
    if not contact:
        return "the archive is told no contact."
    return f"the archive is told the contact {contact}."


def _password() -> str:
    """The password as typed, unseen, or as the first line of standard input."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password at archive.org: ")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise ArchiveError(
            "There is no password: type it when it is asked for, or give it on standard input."
        )
    return password
