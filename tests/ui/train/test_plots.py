"""The plots of the Train bench."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.training import Alarmed, Recovered, StepReport, Vitals, preset
from deepzine_gui.training.story import Story
from deepzine_gui.ui.roomy import Roomy
from deepzine_gui.ui.theme import COLOURS, theme
from deepzine_gui.ui.train import TrainBench
from deepzine_gui.ui.train.controls import NEW
from deepzine_gui.ui.train.metric_plot import Curve, MetricPlot
from deepzine_gui.ui.train.plots import NO_LOOKS, Plots
from deepzine_gui.ui.train.record import RunRecord
from tests.ui.train.plots import plot_of
from tests.ui.train.story import write_run


def test_plots_follow_the_theme(qtbot: QtBot, bench: TrainBench, project: Project) -> None:
    write_run(project.runs / "run-1", [{"kimg": 1.0}])
    bench.open_project(project)
    bench.plots.fill()
    plot = plot_of(bench, "g_loss")
    try:
        theme.apply("dark")
        assert plot.plot.backgroundBrush().color().name() == COLOURS["dark"]["panel"]
        assert plot.lines["g_loss"].opts["pen"].color().name() == COLOURS["dark"]["spot"]
    finally:
        theme.apply("light")


def test_a_run_that_has_just_begun_counts_in_kimg_too(qtbot: QtBot) -> None:
    from deepzine_gui.ui.train.all_plots import make_plots

    plots = [plot for page in make_plots() for plot in page]
    for plot in plots:
        qtbot.addWidget(plot)
    plots[0].plot.setXRange(0.0, 0.5)
    labels = [plot.plot.getAxis("bottom").labelString() for plot in plots]
    assert sum("kimg" in label for label in labels) == len(plots) // 2
    assert not any("x0.001" in label for label in labels)


def test_the_wheel_over_a_plot_scrolls_the_bench(qtbot: QtBot) -> None:
    content = QWidget()
    content.setMinimumHeight(2000)
    plot = MetricPlot("Loss", (Curve("g_loss", "loss", "spot"),), tip="")
    column = QVBoxLayout(content)
    column.addWidget(plot)
    plot.setFixedHeight(300)
    column.addStretch(1)
    area = Roomy(content)
    qtbot.addWidget(area)
    area.resize(500, 400)
    with qtbot.waitExposed(area):
        area.show()
    before = plot.plot.viewRange()
    for place in (plot.plot.rect().center(), QPoint(20, 100), QPoint(200, plot.plot.height() - 10)):
        area.verticalScrollBar().setValue(0)
        QTest.wheelEvent(area.windowHandle(), plot.plot.mapTo(area, place), QPoint(0, -120))
        assert area.verticalScrollBar().value() > 0
    assert plot.plot.viewRange() == before


def test_a_run_that_tells_nothing_yet_is_not_shown_in_the_range_of_another(
    qtbot: QtBot, bench: TrainBench, project: Project
) -> None:
    write_run(project.runs / "run-1", [{"kimg": 40.0}, {"kimg": 60.0, "g_loss": 9.0}])
    write_run(project.runs / "run-2", [])
    bench.open_project(project)
    bench.plots.fill()
    view = plot_of(bench, "g_loss").plot.getViewBox()

    def ends() -> tuple[float, float]:
        view.updateAutoRange()
        return view.viewRange()[0][1], view.viewRange()[1][1]

    before = ends()
    bench.controls.run_chosen.emit("run-1")
    assert ends()[0] > 50
    bench.controls.run_chosen.emit("run-2")
    assert ends() == pytest.approx(before, abs=0.2)
    assert max(ends()) < 2


@pytest.mark.parametrize("last", [3.0, 16.0, 76.0, 2064.0])
def test_numbers_of_an_axis_do_not_run_into_each_other(qtbot: QtBot, last: float) -> None:
    plot = MetricPlot("Any", (Curve("g_loss", "generator", "spot"),), tip="Any")
    qtbot.addWidget(plot)
    plot.resize(330, 250)
    plot.show()
    plot.plot.setXRange(0.0, last)
    axis = plot.plot.getAxis("bottom")
    painter = QPainter(image := QImage(plot.size(), QImage.Format.Format_RGB32))
    _, _, numbers = axis.generateDrawSpecs(painter)
    painter.end()
    assert not image.isNull()
    places = sorted((place.left(), place.right()) for place, _, _ in numbers)
    assert len(places) >= 2
    for (_, right), (left, _) in itertools.pairwise(places):
        assert left - right >= 8


def test_headings_of_plots_do_not_touch_where_there_is_little_room(qtbot: QtBot) -> None:
    from deepzine_gui.ui.train.all_plots import make_plots

    plots = [plot for page in make_plots() for plot in page]
    for plot in plots:
        qtbot.addWidget(plot)
    losses = next(plot for plot in plots if "d_loss" in plot.lines)
    for column in ("d_loss", "g_loss"):
        losses.show_column(column, np.array([1.0]), np.array([-12345.67]))
    losses.resize(600, 200)
    losses.show()
    assert "discriminator" in losses._heading.text()
    losses.resize(280, 200)
    assert "discriminator" not in losses._heading.text()
    assert "\N{MINUS SIGN}12345.67" in losses._heading.text()
    assert losses._heading.sizeHint().width() < 280


def test_the_first_wild_reports_do_not_flatten_the_plot_of_diversity(qtbot: QtBot) -> None:
    from deepzine_gui.ui.train.all_plots import make_plots

    plots = [plot for page in make_plots() for plot in page]
    for plot in plots:
        qtbot.addWidget(plot)
    diversity = next(plot for plot in plots if "diversity" in plot.lines)
    diversity.show_column("diversity", np.arange(4.0), np.array([20.0, 10.0, 1.0, 0.9]))
    diversity.plot.getViewBox().updateAutoRange()
    low, high = diversity.plot.viewRange()[1]
    assert -0.2 < low <= 0
    # room for the number at the top
    assert 2.0 < high < 2.2


def test_scores_have_short_names_or_none_where_there_is_little_room(qtbot: QtBot) -> None:
    from deepzine_gui.ui.train.all_plots import make_plots

    plots = [plot for page in make_plots() for plot in page]
    for plot in plots:
        qtbot.addWidget(plot)
    scores = next(plot for plot in plots if "d_fake" in plot.lines)
    for column in scores.lines:
        scores.show_column(column, np.array([1.0]), np.array([-0.02]))
    scores.show()
    told = []
    for width in (600, 290, 200):
        scores.resize(width, 200)
        assert scores._heading.sizeHint().width() <= width
        told.append(scores._heading.text())
        assert told[-1].count("\N{MINUS SIGN}0.02") == 3
    assert ["made-up" in text for text in told] == [True, False, False]
    assert ["made" in text for text in told] == [True, True, False]


def test_a_share_of_greys_is_never_shown_below_nought(qtbot: QtBot) -> None:
    from deepzine_gui.ui.train.all_plots import make_plots

    plots = [plot for page in make_plots() for plot in page]
    for plot in plots:
        qtbot.addWidget(plot)
    greys = next(plot for plot in plots if "chi2" in plot.lines)
    greys.show_column("chi2", np.array([6.0]), np.array([0.1]))
    greys.plot.getViewBox().updateAutoRange()
    low, _ = greys.plot.viewRange()[1]
    assert -0.1 < low <= 0.1


def shows_numbers(plot: MetricPlot) -> bool:
    return bool(plot.plot.getAxis("left").style["showValues"])


def test_a_low_plot_has_no_numbers_that_would_lie_upon_each_other(qtbot: QtBot) -> None:
    plot = MetricPlot("Losses", (Curve("d_loss", "discriminator", "spot"),), tip="")
    qtbot.addWidget(plot)
    plot.show()
    plot.resize(300, 200)
    assert shows_numbers(plot)
    plot.resize(300, 80)
    assert not shows_numbers(plot)


def test_an_empty_plot_says_why(qtbot: QtBot) -> None:
    record = RunRecord(Path("run-1"), preset("cpu-demo"))
    plots = Plots()
    qtbot.addWidget(plots)
    plots.fill()
    strokes, grey, diversity, changes = (
        next(plot for plot in plots.plots if column in plot.lines)
        for column in ("swd", "chi2", "diversity", "augment_p")
    )
    assert [each.why_empty.text() for each in plots.plots] == [""] * 8
    plots.show_record(record)
    assert [each.why_empty.text() for each in plots.plots] == [""] * 8
    record.take(StepReport(2.0, 76.0, 4, 1.0, 0.5, 1.0, 0.1, -0.1, 0.2, 1.0, 140.0, 5400.0))
    plots.refresh()
    assert strokes.why_empty.text() == grey.why_empty.text() == NO_LOOKS
    assert not shows_numbers(strokes)
    assert changes.why_empty.text() == "Pages are not changed in this run."
    assert diversity.why_empty.text() == ""
    record.take(Vitals(3.0, 4, False, feature_variance=0.9))
    plots.refresh()
    assert strokes.why_empty.text().startswith("Measured from 16 px on")
    record.take(Vitals(21.0, 16, False, chi2=0.1, swd={16: 30.0}, swd_floor={16: 20.0}))
    plots.refresh()
    assert strokes.why_empty.text() == grey.why_empty.text() == ""
    assert shows_numbers(strokes)


def test_plots_have_two_pages_and_name_only_what_is_drawn(
    qtbot: QtBot, bench: TrainBench, project: Project
) -> None:
    write_run(project.runs / "run-1", [{"kimg": 1.0}])
    project.choices.run = "run-1"
    bench.open_project(project)
    bench.plots.fill()
    qtbot.waitUntil(lambda: plot_of(bench, "diversity").isVisible())
    assert not plot_of(bench, "g_loss").isVisible()
    bench.plots.tabs.setCurrentIndex(1)
    assert plot_of(bench, "g_loss").isVisible()
    assert not plot_of(bench, "diversity").isVisible()
    scores = plot_of(bench, "d_real")
    assert "made-up" in scores._heading.text()
    # no pages are held out of this run
    assert not {"never shown", "new"} & set(scores._heading.text().replace("<", ">").split(">"))
    assert all("Good" in plot.toolTip() or "good" in plot.toolTip() for plot in bench.plots.plots)


def test_what_the_guard_did_is_marked_in_the_plots(
    qtbot: QtBot, bench: TrainBench, project: Project
) -> None:
    run = project.runs / "run-1"
    write_run(run, [{"kimg": 1.0}, {"kimg": 9.0}])
    story = Story(run)
    story.tell(Alarmed("All <alike>.", "warning", kimg=9.0, rule="diversity"))
    story.tell(Recovered("Back.", "warning", kimg=3.0, alarm_kimg=9.0, rule="diversity", attempt=1))
    project.choices.run = "run-1"
    bench.open_project(project)
    bench.plots.fill()
    for plot in bench.plots.plots:
        (line,) = plot.mark_lines
        assert line.value() == 9.0
        assert line.toolTip() == "<p>All &lt;alike&gt;.<br>Back.</p>"
        assert plot.accessibleDescription() == "All <alike>.\nBack."
    bench._show_run(NEW)
    assert not any(plot.mark_lines for plot in bench.plots.plots)
