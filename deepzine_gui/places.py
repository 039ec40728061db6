"""Where DeepZine's own files lie: what it ships, its log, its settings."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def resources() -> Path:
    """The folder of icons, theme and sample documents."""
    return _shipped("resources")


def samples() -> Path:
    """The folder of sample documents (PDF)."""
    return resources() / "samples"


def pretrained_models() -> Path:
    """The folder of shipped models and their cards."""
    return _shipped("pretrained_models")


def state_folder() -> Path:
    """The folder of the log and the window's settings; `DEEPZINE_STATE` overrides it."""
    chosen = os.environ.get("DEEPZINE_STATE")
    folder = Path(chosen) if chosen else platformdirs.user_state_path("deepzine", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_file() -> Path:
    """The log, with the tracebacks behind the sentences shown to the person."""
    return state_folder() / "deepzine.log"


def cache_folder() -> Path:
    """The folder of what can be fetched again; inside `DEEPZINE_STATE` where that is set."""
    chosen = os.environ.get("DEEPZINE_STATE")
    if chosen:
        return Path(chosen) / "cache"
    return platformdirs.user_cache_path("deepzine", appauthor=False)


def projects_folder() -> Path:
    """Where new projects are proposed: a DeepZine folder in the person's documents."""
    return platformdirs.user_documents_path() / "DeepZine"
