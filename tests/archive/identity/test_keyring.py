"""Keys in a real keyring (GNOME, over the Secret Service), where one is installed."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import run_program

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")

SESSION = """
printf word | gnome-keyring-daemon --unlock --components=secrets > /dev/null
exec "$0" -c "$1"
"""

KEEP_AND_FORGET = """
import keyring
from deepzine_gui.archive.identity.keys import Keys, forget_keys, keep_keys, keys_for

print(type(keyring.get_keyring()).__module__)
print(keep_keys("archive.org", "me@example.org", Keys("access", "a-secret")).where)
print(keys_for("archive.org") == Keys("access", "a-secret"))
forget_keys()
print(keyring.get_password("DeepZine", "archive.org"))
"""


@pytest.fixture
def runtime() -> Iterator[str]:
    """A folder for sockets, whose names may not be longer than some hundred letters."""
    with tempfile.TemporaryDirectory(prefix="dz", dir="/tmp", ignore_cleanup_errors=True) as place:
        yield place


@pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"wants {' and '.join(PROGRAMS)}")
def test_keys_lie_in_the_keyring_of_a_desktop_and_nowhere_else(
    tmp_path: Path, runtime: str
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    places = {"HOME": tmp_path, "XDG_RUNTIME_DIR": runtime, "DEEPZINE_STATE": state}
    left_out = ("PYTHON_KEYRING_BACKEND", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    done = run_program(
        ["dbus-run-session", "--", "sh", "-c", SESSION, sys.executable, KEEP_AND_FORGET],
        env={**inherited, **{name: str(place) for name, place in places.items()}},
        check=True,
    )
    assert done.stdout.split() == ["keyring.backends.SecretService", "keyring", "True", "None"]
    assert [path.name for path in state.iterdir() if b"a-secret" in path.read_bytes()] == []
