"""The keys of an archive account: in the system's keyring, else in a file only the person can read.

What is not secret (whose keys they are, and where they lie) stands in a small file of its own, so
that a keyring is not asked, and perhaps unlocked, where there is nothing in it.
"""

import contextlib
import dataclasses
import json
import os
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from deepzine_gui import places
from deepzine_gui.files import PART, storage_errors, write_json

Where = Literal["keyring", "file"]

_SERVICE = "DeepZine"


@dataclasses.dataclass(frozen=True, slots=True)
class Keys:
    """A pair of keys; they are never printed."""

    access: str = dataclasses.field(repr=False)
    secret: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in at which host, and where the keys are kept."""

    host: str
    email: str
    where: Where


_KEYS = TypeAdapter(Keys)
_ACCOUNT = TypeAdapter(Account)


def account_at(host: str) -> Account | None:
    """Who is signed in at `host`, if anybody."""
    try:
        account = _ACCOUNT.validate_json(_account_file().read_bytes())
    except (OSError, ValidationError):
        return None
    return account if account.host == host else None


def keys_for(host: str) -> Keys | None:
    """The keys of the person signed in at `host`; None where there are none, or not any more."""
    account = account_at(host)
    if account is None:
        return None
    with contextlib.suppress(OSError, ValidationError):
        kept = _from_keyring(host) if account.where == "keyring" else _keys_file().read_text()
        return _KEYS.validate_json(kept or "")
    return None


def keep_keys(host: str, email: str, keys: Keys) -> Account:
    """Keep the keys of a person who signed in; earlier ones are forgotten.

    Raises:
        StorageError: the folder of settings cannot be written.
    """
    forget_keys()
    text = json.dumps(dataclasses.asdict(keys))
    where: Where = "keyring" if _into_keyring(host, text) else "file"
    if where == "file":
        _write_for_owner(_keys_file(), text)
    account = Account(host, email, where)
    write_json(_account_file(), dataclasses.asdict(account))
    return account


def forget_keys() -> None:
    """Forget whoever is signed in.

    Raises:
        StorageError: the folder of settings cannot be written.
    """
    try:
        account = _ACCOUNT.validate_json(_account_file().read_bytes())
    except (OSError, ValidationError):
        account = None
    with storage_errors(_account_file()):
        if account is not None and account.where == "keyring":
            _out_of_keyring(account.host)
        for file in (_keys_file(), _account_file()):
            file.unlink(missing_ok=True)


def _account_file() -> Path:
    return places.state_folder() / "archive-account.json"


def _keys_file() -> Path:
    return places.state_folder() / "archive-keys.json"


def _write_for_owner(file: Path, text: str) -> None:
    """Write a file that nobody else can read, at no moment."""
    part = file.with_name(file.name + PART)
    with storage_errors(file):
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(part, file)


def _into_keyring(host: str, text: str) -> bool:
    """Put keys into the system's keyring; False where there is none that takes them."""
    import keyring

    # a keyring fails in as many ways as there are desktops
    with contextlib.suppress(Exception):
        keyring.set_password(_SERVICE, host, text)
        kept: str | None = keyring.get_password(_SERVICE, host)
        return kept == text
    return False


def _from_keyring(host: str) -> str | None:
    import keyring

    with contextlib.suppress(Exception):
        kept: str | None = keyring.get_password(_SERVICE, host)
        return kept
    return None


def _out_of_keyring(host: str) -> None:
    import keyring

    with contextlib.suppress(Exception):
        keyring.delete_password(_SERVICE, host)
