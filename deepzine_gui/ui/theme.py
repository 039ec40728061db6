"""The workshop's look: two palettes of paper and ink with one spot colour, fonts, tinted icons."""

from typing import Literal

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QPushButton, QWidget

from deepzine_gui import places
from deepzine_gui.ui.sheet import style_sheet

Scheme = Literal["light", "dark"]

COLOURS: dict[Scheme, dict[str, str]] = {
    "light": {
        "paper": "#f6f4ef",
        "panel": "#ffffff",
        "ink": "#1d1c1a",
        "quiet": "#6b675f",
        "faint": "#a39d92",
        "rule": "#dcd7cc",
        "spot": "#b4402a",
        "spot_over": "#9c3623",
        "on_spot": "#ffffff",
        "second": "#2f5d7c",
        "over": "#ece8df",
        "table": "#c9c6c0",
    },
    "dark": {
        "paper": "#1c1b1a",
        "panel": "#262422",
        "ink": "#ece8e0",
        "quiet": "#a39d92",
        "faint": "#6b675f",
        "rule": "#3a3733",
        "spot": "#e0654c",
        "spot_over": "#ea7a63",
        "on_spot": "#1c1b1a",
        "second": "#86b4d2",
        "over": "#302d2a",
        "table": "#3d3b39",
    },
}
"""Named colours: "table" is the neutral grey pages lie on, "second" the plots' second line,
"over" the background of what the pointer is over, "faint" is for what cannot be used."""

Size = Literal["small", "normal", "large", "title"]
POINTS: dict[Size, int] = {"small": 9, "normal": 10, "large": 12, "title": 16}
GRID = 8
"""All distances are multiples of this many pixels."""


class Theme(QObject):
    """The scheme in use; `changed` is emitted after another one has been applied."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme: Scheme = "light"

    def apply(self, scheme: Scheme) -> None:
        """Dress the whole application in `scheme`."""
        self.scheme = scheme
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(_palette(COLOURS[scheme]))
            app.setStyleSheet(style_sheet(COLOURS[scheme], scheme))
        self.changed.emit()


theme = Theme()


def system_scheme() -> Scheme:
    """The scheme the desktop asks for; light where it does not say."""
    asked = QGuiApplication.styleHints().colorScheme()
    return "dark" if asked == Qt.ColorScheme.Dark else "light"


def dress(app: QApplication, scheme: Scheme) -> None:
    """Give a new application its style, font and palette."""
    app.setStyle("Fusion")
    app.setFont(font("normal"))
    theme.apply(scheme)


def colour(name: str) -> QColor:
    """A colour of the present palette by its name in `COLOURS`."""
    return QColor(COLOURS[theme.scheme][name])


def font(size: Size = "normal", *, bold: bool = False, figures: bool = False) -> QFont:
    """The system's font in one of our sizes; `figures`: digits of equal width."""
    wanted = QFont(QGuiApplication.font())
    wanted.setPointSize(POINTS[size])
    wanted.setBold(bold)
    if figures:
        wanted.setFeature(QFont.Tag("tnum"), 1)
    return wanted


def quieten(widget: QWidget, size: Size = "normal") -> None:
    """Set a label in quiet ink, now and after every change of theme."""
    widget.setProperty("quiet", True)
    widget.setFont(font(size, figures=True))


def make_primary(button: QPushButton, primary: bool = True) -> None:
    """Print the one button of a bench that says what to do next in the spot colour."""
    if bool(button.property("primary")) == primary:
        return
    button.setProperty("primary", primary)
    button.style().unpolish(button)
    button.style().polish(button)


def indent(box: QAbstractSpinBox) -> None:
    """Move a number away from its frame; a style sheet cannot reach the line inside."""
    box.lineEdit().setTextMargins(GRID - 1, 0, 0, 0)


def icon(name: str, colour_name: str = "ink", *, size: int = 20) -> QIcon:
    """Our line drawing `name`, tinted for the present palette; empty if there is none.

    `set_icon` gives one that stays right when the theme changes.
    """
    made = QIcon()
    file = places.resources() / "icons" / f"{name}.svg"
    if not file.is_file():
        return made
    drawing = QSvgRenderer(str(file))
    made.addPixmap(_drawn(drawing, colour(colour_name), size), QIcon.Mode.Normal)
    made.addPixmap(_drawn(drawing, colour("faint"), size), QIcon.Mode.Disabled)
    return made


def set_icon(target: QAbstractButton | QAction, name: str, colour_name: str = "ink") -> None:
    """Give a button or action our icon `name`, tinted again whenever the theme changes."""
    tint = target.findChild(_Tint) or _Tint(target)
    tint.show(name, colour_name)


class _Tint(QObject):
    def __init__(self, target: QAbstractButton | QAction) -> None:
        super().__init__(target)
        self._target = target
        self._shown = "", ""
        if isinstance(target, QAbstractButton):
            target.setIconSize(QSize(20, 20))
        theme.changed.connect(self.refresh)

    def show(self, name: str, colour_name: str) -> None:
        if (name, colour_name) != self._shown:
            self._shown = name, colour_name
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        self._target.setIcon(icon(*self._shown))


def _drawn(drawing: QSvgRenderer, tint: QColor, size: int) -> QPixmap:
    """The drawing's shape, filled with one colour."""
    ratio = 2
    pixmap = QPixmap(size * ratio, size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    whole = QRectF(0, 0, size, size)
    painter = QPainter(pixmap)
    drawing.render(painter, whole)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(whole, tint)
    painter.end()
    return pixmap


def _palette(colours: dict[str, str]) -> QPalette:
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, name in {
        roles.Window: "paper",
        roles.WindowText: "ink",
        roles.Base: "panel",
        roles.AlternateBase: "paper",
        roles.Text: "ink",
        roles.Button: "panel",
        roles.ButtonText: "ink",
        roles.BrightText: "spot",
        roles.ToolTipBase: "panel",
        roles.ToolTipText: "ink",
        roles.PlaceholderText: "quiet",
        roles.Highlight: "spot",
        roles.HighlightedText: "on_spot",
        roles.Accent: "spot",
        roles.Link: "spot",
        roles.LinkVisited: "spot",
        roles.Light: "panel",
        roles.Midlight: "over",
        roles.Mid: "rule",
        roles.Dark: "rule",
        roles.Shadow: "rule",
    }.items():
        palette.setColor(role, QColor(colours[name]))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours["faint"]))
    palette.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, QColor(colours["rule"]))
    return palette
