"""How the archive can reach the person, if they wish it to: told with every request."""

import json
import os
from pathlib import Path

from deepzine_gui import places
from deepzine_gui.files import write_json

CONTACT_VARIABLE = "DEEPZINE_CONTACT"
"""Goes before what is kept, for this one start."""


def contact() -> str:
    """The contact, such as an e-mail address; "" if none is told."""
    told = os.environ.get(CONTACT_VARIABLE, "")
    return _as_comment(told) or kept_contact()


def kept_contact() -> str:
    """The contact that is kept in the settings; "" if none is."""
    try:
        return _as_comment(str(json.loads(_file().read_text("utf-8"))["contact"]))
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def keep_contact(told: str) -> str:
    """Keep a contact, or "" for none; return it as the archive will read it.

    Raises:
        StorageError: the folder of settings cannot be written.
    """
    kept = _as_comment(told)
    write_json(_file(), {"contact": kept})
    return kept


def _as_comment(told: str) -> str:
    """One line of ASCII without brackets, which would end a comment (RFC 9110, 5.5 and 5.6.5)."""
    ascii_only = told.encode("ascii", "ignore").decode()
    return " ".join(ascii_only.translate(str.maketrans("()\\", "   ")).split())


def _file() -> Path:
    return places.state_folder() / "archive-contact.json"
