"""The Explore bench: play with what a model has learned."""

from deepzine_gui.ui.explore.bench import ExploreBench

__all__ = ["ExploreBench"]
