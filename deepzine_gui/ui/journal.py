"""The log file: the tracebacks behind the sentences the person sees."""

import logging
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from deepzine_gui import __version__, places
from deepzine_gui.errors import DeepZineError

log = logging.getLogger("deepzine_gui")

_handlers: list[logging.Handler] = []
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def start() -> None:
    """Log to `places.log_file()`, Qt's messages and uncaught exceptions included."""
    handler = RotatingFileHandler(
        places.log_file(), maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    _handlers.append(handler)
    qInstallMessageHandler(_from_qt)
    log.info("DeepZine %s starts", __version__)


def stop() -> None:
    """Close the log and give Python and Qt their own ways back."""
    qInstallMessageHandler(None)
    sys.excepthook = sys.__excepthook__
    while _handlers:
        handler = _handlers.pop()
        log.removeHandler(handler)
        handler.close()


def tell(report: Callable[[BaseException], None]) -> None:
    """Pass exceptions nobody caught to `report`, the one door to the person."""

    def uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        report(error.with_traceback(trace))

    sys.excepthook = uncaught


def sentence(error: BaseException) -> str:
    """What to tell the person about an error; whatever is not ours points to the log."""
    if isinstance(error, DeepZineError):
        return str(error)
    return (
        f"Something unexpected happened ({type(error).__name__}: {error}). "
        "The log, under Help, says more."
    )


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
