"""Signing in at the archive: a button that says who is signed in, and the form behind it."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui import archive
from deepzine_gui.child import in_child
from deepzine_gui.errors import DeepZineError
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.journal import sentence
from deepzine_gui.ui.theme import GRID, make_primary, quieten

_KEPT = (
    "With an account, the archive also gives what is reserved for you. The password goes to "
    "archive.org and is kept nowhere; the keys that come back are kept in your system's keyring, "
    "or else in a file only you can read."
)

_CONTACT_TIP = "How the archive can reach you, if a download of yours is a trouble to it"
_CONTACT = (
    "How the archive can reach you, such as an e-mail address or page.\n"
    "Every request tells it, to the archive alone; leave it empty to tell none."
)


class SignInForm(QDialog):
    """Asks for an e-mail address and a password; `asked` carries both."""

    asked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sign in at the Internet Archive")
        self.setMinimumWidth(56 * GRID)
        self.email = QLineEdit()
        self.email.setAccessibleName("E-mail address")
        self.password = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password")
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setProperty("warning", True)
        self.told.hide()
        kept = QLabel(_KEPT)
        kept.setWordWrap(True)
        quieten(kept)
        self.contact = QPushButton("Contact…", autoDefault=False)
        self.contact.setProperty("plain", True)
        self.contact.setToolTip(_CONTACT_TIP)
        self.enter = QPushButton("Sign in", default=True)
        make_primary(self.enter)
        self.cancel = QPushButton("Cancel", autoDefault=False)
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow("E-mail", self.email)
        form.addRow("Password", self.password)
        buttons = QHBoxLayout()
        buttons.addWidget(self.contact)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.enter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(form)
        layout.addWidget(self.told)
        layout.addWidget(kept)
        layout.addLayout(buttons)
        self.cancel.clicked.connect(self.reject)
        self.enter.clicked.connect(self._ask)
        for field in (self.email, self.password):
            field.textChanged.connect(self._show_state)
        self._show_state()

    def wait(self, waiting: bool) -> None:
        """While the archive is asked, nothing can be changed."""
        for widget in (self.email, self.password):
            widget.setEnabled(not waiting)
        self.enter.setText("Signing in…" if waiting else "Sign in")
        self.enter.setEnabled(not waiting)

    def refuse(self, why: str) -> None:
        """Say why it did not come through, and let the password be typed again."""
        self.told.setText(why)
        self.told.show()
        self.password.clear()
        self.password.setFocus()

    @Slot()
    def _ask(self) -> None:
        self.told.hide()
        self.asked.emit(self.email.text().strip(), self.password.text())

    @Slot()
    def _show_state(self) -> None:
        self.enter.setEnabled(bool(self.email.text().strip() and self.password.text()))


class AccountButton(QPushButton):
    """Says who is signed in, and lets one sign in or out.

    Args:
        start_job: makes a job of a generator, as `Bench.start_job`.

    Signals:
        notice(str, str): one sentence for the person, and its severity.
    """

    notice = Signal(str, str)

    def __init__(self, start_job: Callable[..., Job], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start_job = start_job
        self._job: Job | None = None
        self.form: SignInForm | None = None
        self.setProperty("plain", True)
        self.clicked.connect(self._press)
        self.show_account()

    def show_account(self) -> None:
        """Look anew who is signed in."""
        account = archive.account()
        self.setText(account.email if account is not None else "Sign in…")
        told = "Signed in at the archive" if account is not None else "Sign in at archive.org"
        self.setToolTip(told)
        self.setAccessibleName(f"{told}: {self.text()}")

    @Slot()
    def _press(self) -> None:
        if archive.account() is None:
            self._open_form()
            return
        menu = QMenu(self)
        menu.addAction("Contact…", self.ask_contact)
        menu.addAction("Sign out", self.sign_out)
        menu.exec(self.mapToGlobal(self.rect().bottomLeft()))
        menu.deleteLater()

    @Slot()
    def sign_out(self) -> None:
        """Forget the keys."""
        try:
            archive.sign_out()
        except (DeepZineError, OSError) as error:
            self.notice.emit(sentence(error), "error")
        else:
            self.notice.emit("Signed out; the keys are forgotten.", "info")
        self.show_account()

    @Slot()
    def ask_contact(self) -> None:
        """Ask how the archive can reach the person."""
        asking = QInputDialog(self.form or self)
        asking.setWindowTitle("Contact")
        asking.setLabelText(_CONTACT)
        asking.setTextValue(archive.contact())
        asking.textValueSelected.connect(self._keep_contact)
        asking.finished.connect(asking.deleteLater)
        asking.open()

    @Slot(str)
    def _keep_contact(self, told: str) -> None:
        try:
            archive.keep_contact(told)
        except (DeepZineError, OSError) as error:
            self.notice.emit(sentence(error), "error")

    def _open_form(self) -> None:
        self.form = SignInForm(self)
        self.form.contact.clicked.connect(self.ask_contact)
        self.form.asked.connect(self._sign_in)
        self.form.finished.connect(self._close_form)
        self.form.open()

    @Slot(str, str)
    def _sign_in(self, email: str, password: str) -> None:
        if self._job is not None or self.form is None:
            return
        job = self._start_job(in_child(archive.sign_in, email, password), name="Sign in")
        self._job = job
        job.failed.connect(self._take_refusal)
        job.ended.connect(self._end)
        self.form.wait(True)
        job.start()

    @Slot(object)
    def _take_refusal(self, error: Exception) -> None:
        if self.form is not None:
            self.form.wait(False)
            self.form.refuse(sentence(error))

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        self._job = None
        self.show_account()
        if self.form is not None and completed:
            self.form.accept()
        elif self.form is not None:
            self.form.wait(False)

    @Slot()
    def _close_form(self) -> None:
        if self._job is not None:
            self._job.stop()
        if self.form is not None:
            self.form.deleteLater()
            self.form = None
