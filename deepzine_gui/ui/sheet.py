"""The few flat shapes that Fusion would draw with gradients: buttons, tabs, bars, hairlines."""

from string import Template

from deepzine_gui import places

_SHEET = Template("""
QLabel[quiet="true"] { color: $quiet; }
QLabel[quiet="true"]:disabled { color: $faint; }
QLabel[warning="true"] { color: $spot; }

QPushButton, QToolButton {
    background: $panel; color: $ink; border: 1px solid $rule; border-radius: 4px;
    padding: 5px 12px; min-height: 20px; outline: none;
}
QToolButton { padding: 5px 6px; }
QPushButton:hover, QToolButton:hover { background: $over; }
QPushButton:checked, QToolButton:checked { background: $over; }
QPushButton:focus, QToolButton:focus { border-color: $quiet; }
QPushButton:pressed, QToolButton:pressed { background: $rule; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: $paper; }
QPushButton[primary="true"] {
    background: $spot; color: $on_spot; border-color: $spot; font-weight: bold;
}
QPushButton[primary="true"]:hover { background: $spot_over; border-color: $spot_over; }
QPushButton[primary="true"]:focus { border-color: $ink; }
QPushButton[primary="true"]:disabled { background: $rule; color: $quiet; border-color: $rule; }
QPushButton[plain="true"], QToolButton[plain="true"] {
    background: transparent; border-color: transparent;
}
QToolButton[slim="true"] { padding: 2px 6px; min-height: 18px; }
QPushButton[plain="true"]:hover, QToolButton[plain="true"]:hover { background: $over; }
QPushButton[plain="true"]:checked { background: $over; border-color: $rule; }
QPushButton[plain="true"]:focus, QToolButton[plain="true"]:focus { border-color: $quiet; }

QLineEdit, QComboBox, QAbstractSpinBox {
    background: $panel; color: $ink; border: 1px solid $rule; border-radius: 4px;
    padding: 3px 8px; min-height: 24px;
}
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $faint; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border-color: $quiet; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    color: $faint; background: $paper;
}
QLineEdit QToolButton { background: transparent; border: 0; padding: 0; min-height: 0; }
QComboBox { padding-right: 24px; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url("$marks/down-$scheme.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $rule; padding: 4px; }
QAbstractSpinBox { padding: 0 20px 0 0; min-height: 30px; max-height: 30px; }
QAbstractSpinBox QLineEdit { border: 0; padding: 0; min-height: 0; }
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
QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid $quiet; border-radius: 8px; background: $panel;
}
QRadioButton::indicator:checked { background: $spot; border: 3px solid $panel; }
QCheckBox { outline: none; }
QCheckBox::indicator:focus { border-color: $ink; }
QCheckBox::indicator:disabled { border-color: $rule; background: $paper; }
QCheckBox::indicator:checked:disabled { border-color: $faint; background: $faint; }

QSlider::groove:horizontal { background: $rule; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $spot; border-radius: 2px; }
QSlider::sub-page:horizontal:disabled { background: $rule; }
QSlider[centred="true"]::groove:horizontal {
    background: qlineargradient(x1:0, y1:0, x2:1, y2:0, stop:0 $rule, stop:0.4925 $rule,
        stop:0.4930 $quiet, stop:0.5070 $quiet, stop:0.5075 $rule, stop:1 $rule);
}
QSlider[centred="true"]::sub-page:horizontal { background: transparent; }
QSlider::handle:horizontal {
    background: $panel; border: 1px solid $quiet; border-radius: 7px; width: 12px; margin: -5px 0;
}
QSlider::handle:horizontal:focus { border-color: $ink; }
QSlider::handle:horizontal:disabled { border-color: $rule; }

QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $faint; border-radius: 4px; margin: 2px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

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
QTextBrowser[plain="true"] { background: transparent; border: 0; color: $quiet; }
QTableView:focus, QListView:focus, QTreeView:focus { border-color: $quiet; }
QTableView::item { padding: 0 8px; }
QTableView::item:selected, QListView::item:selected { background: $over; color: $ink; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $over; }
QMenuBar { background: $paper; }
QMenuBar::item { padding: 6px 10px; background: transparent; }
QMenuBar::item:selected { background: $over; }
QToolTip { background: $panel; color: $ink; border: 1px solid $rule; padding: 4px; }
QFrame[bar="true"] { background: $panel; border: 0; border-top: 1px solid $rule; }
QFrame[hairline="true"] { background: $rule; border: 0; }
""")


def style_sheet(colours: dict[str, str], scheme: str) -> str:
    """The application's style sheet in the given colours; `scheme` names the marks' variant."""
    return _SHEET.substitute(
        colours, marks=(places.resources() / "theme").as_posix(), scheme=scheme
    )
