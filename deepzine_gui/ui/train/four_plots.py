"""What the four plots of a run show, and what good looks like in each."""

from deepzine_gui.ui.train.metric_plot import Curve, MetricPlot


def make_plots() -> list[MetricPlot]:
    """Losses, scores, penalty, diversity, over a shared axis of kimg."""
    plots = [
        MetricPlot(
            "Losses",
            (
                Curve("d_loss", "discriminator", "second", "discr."),
                Curve("g_loss", "generator", "spot", "gener."),
            ),
            tip="What both networks try to lower. They pull against each other: good losses "
            "wander about a level, they need not fall.",
        ),
        MetricPlot(
            "Scores",
            (
                Curve("d_real", "real", "second", "real"),
                Curve("d_fake", "made-up", "spot", "made-up"),
            ),
            tip="The discriminator's mean score of real and of made-up pages. The closer, the "
            "harder the two are to tell apart.",
        ),
        MetricPlot(
            "Penalty",
            (Curve("penalty", "gradient penalty", "second"),),
            tip="Keeps the discriminator smooth. Sudden, lasting peaks mean trouble.",
        ),
        MetricPlot(
            "Diversity",
            (Curve("diversity", "(1 = as varied as pages)", "spot"),),
            level=1.0,
            tip="How much made-up pages differ from each other, against how much real ones do. "
            "1 is as varied as the pages; near 0 all samples are alike.",
        ),
    ]
    for plot in plots[2:]:
        plot.plot.setLabel("bottom", "kimg")
    for plot in plots[1:]:
        plot.plot.setXLink(plots[0].plot)
    return plots
