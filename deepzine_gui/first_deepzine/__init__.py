"""The first DeepZine's config.yaml, carried out by today's rooms.

Importing this package loads neither torch nor an archive's library; the jobs do.
"""

from collections.abc import Generator
from pathlib import Path

from deepzine_gui.first_deepzine.example import example, keys
from deepzine_gui.first_deepzine.settings import ConfigFile
from deepzine_gui.progress import Event

__all__ = ["ConfigFile", "example", "keys", "run_config_file"]


def run_config_file(path: Path) -> Generator[Event, None, None]:
    """Do the jobs a config.yaml asks for, in order: load_data, train, inference, interpolation.

    Run again after a stop, it goes on: downloads in the midst of a file, the dataset with what is
    new, training from its newest checkpoint. Everything that can be known beforehand is checked
    before the first job begins.

    Yields the events of the jobs (`archive.collect`, `dataset.build`, `training.train`,
    `export.pictures`, `export.frames`, `export.film`), with a `Notice` where one ends and for the
    losses, and one `Finished`.

    Raises:
        SettingsError: the file is missing or no YAML, has an unknown key, or a wrong value.
        DatasetError, ModelError, TrainingError: what the file names is missing or does not fit.
        DeepZineError: as the jobs.
    """
    from deepzine_gui.first_deepzine.carrying_out import carry_out
    from deepzine_gui.first_deepzine.checks import make_plan
    from deepzine_gui.first_deepzine.reading import read_config_file

    yield from carry_out(make_plan(path, read_config_file(path)))
