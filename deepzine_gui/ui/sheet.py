"""The few flat shapes that Fusion would draw with gradients: buttons, tabs, bars, hairlines."""

from pathlib import Path
from string import Template

_MARKS = Path(__file__).with_name("marks")

_SHEET = Template("""
QLabel[quiet="true"] { color: $quiet; }
QLabel[warning="true"] { color: $spot; }

QPushButton, QToolButton {
    background: $panel; color: $ink; border: 1px solid $rule; border-radius: 4px;
    padding: 5px 12px; min-height: 20px;
}
QToolButton { padding: 5px 6px; }
QPushButton:hover, QToolButton:hover { background: $over; }
QPushButton:checked, QToolButton:checked { background: $over; }
QPushButton:focus, QToolButton:focus { border-color: $quiet; }
QPushButton:pressed, QToolButton:pressed { background: $rule; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: $paper; }
QPushButton[primary="true"] { background: $spot; color: $on_spot; border-color: $spot; }
QPushButton[primary="true"]:hover { background: $spot_over; border-color: $spot_over; }
QPushButton[primary="true"]:focus { border-color: $ink; }
QPushButton[primary="true"]:disabled { background: $rule; color: $quiet; border-color: $rule; }
QPushButton[plain="true"], QToolButton[plain="true"] {
    background: transparent; border-color: transparent;
}
QPushButton[plain="true"]:hover, QToolButton[plain="true"]:hover { background: $over; }
QPushButton[plain="true"]:focus, QToolButton[plain="true"]:focus { border-color: $quiet; }

QLineEdit { min-height: 28px; }
QComboBox, QAbstractSpinBox {
    background: $panel; color: $ink; border: 1px solid $rule; border-radius: 4px;
    padding: 3px 8px; min-height: 24px;
}
QComboBox { padding-right: 24px; }
QComboBox:hover, QAbstractSpinBox:hover { border-color: $faint; }
QComboBox:focus, QAbstractSpinBox:focus { border-color: $quiet; }
QComboBox:disabled, QAbstractSpinBox:disabled { color: $faint; background: $paper; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url("$marks/down-$scheme.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $rule; padding: 4px; }
QAbstractSpinBox { padding-right: 20px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 20px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-arrow { image: url("$marks/up-$scheme.svg"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$marks/down-$scheme.svg"); width: 10px; height: 10px; }

QCheckBox::indicator, QAbstractItemView::indicator {
    width: 14px; height: 14px; border: 1px solid $quiet; border-radius: 3px; background: $panel;
}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: $spot; border-color: $spot; image: url("$marks/check-$scheme.svg");
}
QCheckBox::indicator:focus { border-color: $ink; }
QCheckBox::indicator:disabled { border-color: $rule; background: $paper; }

QTabWidget::tab-bar { left: 12px; }
QTabWidget::pane { border: 0; border-top: 1px solid $rule; }
QTabBar { qproperty-drawBase: 0; background: $paper; }
QTabBar::tab {
    background: transparent; color: $quiet; padding: 8px 16px; margin: 0 4px 0 0;
    border: 0; border-bottom: 2px solid transparent; min-width: 72px;
}
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:focus { color: $ink; background: $over; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $spot; }

QProgressBar { background: $rule; border: 0; border-radius: 2px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $spot; border-radius: 2px; }

QHeaderView::section {
    background: $panel; color: $quiet; border: 0; border-bottom: 1px solid $rule; padding: 6px 11px;
}
QTableView, QListView, QTreeView, QTextBrowser, QPlainTextEdit {
    background: $panel; border: 1px solid $rule; gridline-color: $rule;
    selection-background-color: $over; selection-color: $ink;
}
QTableView::item { padding: 0 8px; }
QTableView::item:selected, QListView::item:selected { background: $over; color: $ink; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $rule; }
QMenuBar { background: $paper; }
QMenuBar::item { padding: 6px 10px; background: transparent; }
QMenuBar::item:selected { background: $over; }
QToolTip { background: $panel; color: $ink; border: 1px solid $rule; padding: 4px; }
QFrame[bar="true"] { background: $panel; border: 0; border-top: 1px solid $rule; }
QFrame[hairline="true"] { background: $rule; border: 0; }
""")


def style_sheet(colours: dict[str, str], scheme: str) -> str:
    """The application's style sheet in the given colours; `scheme` names the marks' variant."""
    return _SHEET.substitute(colours, marks=_MARKS.as_posix(), scheme=scheme)
