"""The few flat shapes that Fusion would draw with gradients: buttons, tabs, bars, hairlines."""

from string import Template

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
    background: $panel; color: $quiet; border: 0; border-bottom: 1px solid $rule; padding: 6px 8px;
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


def style_sheet(colours: dict[str, str]) -> str:
    """The application's style sheet in the given colours."""
    return _SHEET.substitute(colours)
