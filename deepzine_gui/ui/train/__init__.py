"""The Train bench: is it going well, how long still."""

from deepzine_gui.ui.train.bench import TrainBench

__all__ = ["TrainBench"]
