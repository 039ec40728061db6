import sys

import pytest
from pydantic import ValidationError

from deepzine_gui.pages import PageSettings
from tests.programs import run_program


def test_limits() -> None:
    assert PageSettings().resolution == 128
    assert PageSettings(colour="rgb").channels == 3
    for wrong in (2, 100, 2048):
        with pytest.raises(ValidationError):
            PageSettings(resolution=wrong)


def test_the_rooms_of_pages_and_dataset_load_nothing_heavy() -> None:
    heavy = "torch", "h5py", "pypdfium2", "PIL", "internetarchive", "imageio"
    asked = (
        "import sys, deepzine_gui.pages, deepzine_gui.dataset;"
        f"sys.exit(', '.join(set({heavy}) & set(sys.modules)) or 0)"
    )
    ended = run_program([sys.executable, "-c", asked])
    assert ended.returncode == 0, ended.stderr
