"""Find a plot of the bench."""

from deepzine_gui.ui.train import TrainBench
from deepzine_gui.ui.train.metric_plot import MetricPlot


def plot_of(bench: TrainBench, column: str) -> MetricPlot:
    return next(plot for plot in bench.plots.plots if column in plot.lines)
