"""The Collect bench: what is there, what it costs, get it; and documents of one's own."""

from deepzine_gui.ui.collect.bench import CollectBench

__all__ = ["CollectBench"]
