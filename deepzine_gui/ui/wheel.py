"""A wheel that scrolls past controls instead of changing what they say."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider, QWidget

_CONTROLS = (QAbstractSpinBox, QComboBox, QSlider)


class _Past(QObject):
    """Leaves the wheel over a control, which owns this object, to what the control lies in."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self._control = control
        control.installEventFilter(self)
        if control.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and not self._control.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def let_wheel_pass(owner: QWidget) -> None:
    """Let the wheel turn the controls below `owner` only where they have been clicked or tabbed to.

    Where a bench or its settings scroll, whoever scrolls over a learning rate or a model would else
    change it.
    """
    for control in owner.findChildren(QWidget):
        if isinstance(control, _CONTROLS):
            _Past(control)
