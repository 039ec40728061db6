"""What the plots of a run show, four at a time, and what good looks like in each."""

from deepzine_gui.training import DIVERSITY_ALARM
from deepzine_gui.ui.train.metric_plot import Curve, MetricPlot

_MOST_DIVERSITY = 2.0


def make_plots() -> list[list[MetricPlot]]:
    """The plots of each page, over an axis of kimg that all share."""
    pages = [_health(), _networks()]
    first, *others = [plot for page in pages for plot in page]
    for plot in others:
        plot.plot.setXLink(first.plot)
    for page in pages:
        for plot in page[2:]:
            # or below one kimg it would count in thousandths
            plot.plot.getAxis("bottom").enableAutoSIPrefix(False)
            plot.plot.setLabel("bottom", "kimg")
    return pages


def _health() -> list[MetricPlot]:
    """Whether the pages are good."""
    return [*_variety_and_strokes(), *_scores_and_greys()]


def _variety_and_strokes() -> list[MetricPlot]:
    return [
        MetricPlot(
            "Diversity",
            (Curve("feature_variance", "features", "spot"), Curve("diversity", "pixels", "second")),
            level=1.0,
            alarm=DIVERSITY_ALARM,
            most=_MOST_DIVERSITY,
            tip="How much made-up pages differ from each other, against how much real ones do: as "
            "the discriminator sees them, and by their pixels. Good is near 1, the dotted line; "
            "features in the red band and pixels low as well mean that the pages become all alike.",
        ),
        MetricPlot(
            "Strokes",
            (
                Curve("swd", "SWD × 10³", "spot", "SWD"),
                Curve("swd_floor", "of real pages", "second", "real"),
            ),
            tip="How far strokes and textures are from real ones, the mean over all sizes "
            "(sliced Wasserstein distance), from 16 px on. Good is as low as between real pages, "
            "the lower curve; each page size has a scale of its own.",
            empty="Measured from 16 px on, about every 21 kimg.",
        ),
    ]


def _scores_and_greys() -> list[MetricPlot]:
    return [
        MetricPlot(
            "Scores",
            (
                Curve("d_real", "real", "second"),
                Curve("d_held_out", "never shown", "quiet", "new"),
                Curve("d_fake", "made-up", "spot", "made"),
            ),
            tip="The discriminator's mean score of real pages, of real ones never trained on, and "
            "of made-up ones. Good are three curves close together; never-shown pages that sink "
            "towards the made-up ones mean that it learns its pages by heart.",
        ),
        MetricPlot(
            "Grey levels",
            (Curve("chi2", "χ² (0 = as real pages)", "spot", "χ²"),),
            most=1.0,
            tip="How different the shares of black, white and greys are from those of real pages. "
            "Good is near 0; 1 means that no grey is shared.",
            empty="Measured about every 21 kimg, and where a size has been learnt.",
        ),
    ]


def _networks() -> list[MetricPlot]:
    """Whether both networks are at work."""
    return [
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
            "Gradients",
            (
                Curve("d_norm", "discriminator", "second", "discr."),
                Curve("g_norm", "generator", "spot", "gener."),
            ),
            tip="How long the gradient of each network is. Good is a steady level; more than "
            "twenty times the usual for long means that training blows up.",
        ),
        MetricPlot(
            "Penalty",
            (Curve("penalty", "gradient penalty", "second"),),
            tip="Keeps the discriminator smooth. Good is a steady level; "
            "sudden, lasting peaks mean trouble.",
        ),
        MetricPlot(
            "Augmentation",
            (Curve("augment_p", "share of changes made", "second", "share"),),
            tip="How often pages are changed a little before the discriminator sees them. Good is "
            "well below 0.6: at that, the dataset is too small for so long a run.",
            empty="Pages are not changed in this run.",
        ),
    ]
