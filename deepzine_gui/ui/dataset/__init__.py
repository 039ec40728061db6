"""The Dataset bench: how pages become squares, and every one of them to look at."""

from deepzine_gui.ui.dataset.bench import DatasetBench

__all__ = ["DatasetBench"]
