"""Commands that can be given whenever their buttons can be pressed."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget


class InStep(QObject):
    """Enables and disables an action together with its button, which owns this object."""

    def __init__(self, action: QAction, button: QWidget) -> None:
        super().__init__(button)
        self._action, self._button = action, button
        button.installEventFilter(self)
        action.setEnabled(button.isEnabled())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the button, and all that it lies in."""
        if event.type() == QEvent.Type.EnabledChange:
            self._action.setEnabled(self._button.isEnabled())
        return super().eventFilter(watched, event)
