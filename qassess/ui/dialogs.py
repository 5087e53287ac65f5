"""Dialogs for what a line beside a field cannot say: a refusal of a whole action, and a bug."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QPlainTextEdit, QWidget

from qassess.errors import QassessError
from qassess.i18n import _
from qassess.ui.theme import px
from qassess.ui.widgets import LineField, button, column, inside, keycap, row, text

if TYPE_CHECKING:
    from qassess.ui.actions import Spec

Crash = tuple[type[BaseException], BaseException, TracebackType | None]


class MessageDialog(QDialog):
    """What happened, what was kept and what to do; details to copy where there are some."""

    def __init__(self, parent: QWidget | None, title: str, words: str, kept: str = "", details: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(px(520))
        self._details = details
        parts = [text(title, "heading", wrap=True), text(words, wrap=True)]
        parts += [text(kept, "second", wrap=True)] if kept else []
        laid = column(*parts, spacing=12)
        close = button(_("Close"), look="accent", pressed=self.accept)
        close.setDefault(True)
        buttons = row(None, close)
        if details:
            shown = QPlainTextEdit(details)
            shown.setReadOnly(True)
            shown.setAccessibleName(_("Details"))
            shown.setMinimumHeight(px(160))
            laid.addWidget(shown)
            self.copy = button(_("Copy details"), pressed=self._copy)
            buttons.insertWidget(0, self.copy)
        laid.addLayout(buttons)
        inside(self, laid, 24, 20)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)


class ReasonDialog(QDialog):
    """Asks for a reason; without one it does not close."""

    def __init__(self, parent: QWidget | None, title: str, words: str, confirm: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(px(480))
        self.reason = LineField(name=_("Reason"), placeholder=_("why, and on what basis"))
        self.confirm = button(confirm, look="accent", pressed=self.accept)
        self.confirm.setDefault(True)
        self.confirm.setEnabled(False)
        self.reason.textChanged.connect(lambda typed: self.confirm.setEnabled(bool(typed.strip())))
        buttons = row(None, button(_("Cancel"), pressed=self.reject), self.confirm)
        laid = column(text(title, "heading"), text(words, "second", wrap=True), self.reason, buttons, spacing=12)
        inside(self, laid, 24, 20)


class KeysDialog(QDialog):
    """Every action with its key."""

    def __init__(self, parent: QWidget, specs: "tuple[Spec, ...]") -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keys"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(6)
        keyed = [spec for spec in specs if spec.keys]
        half = (len(keyed) + 1) // 2
        for place, spec in enumerate(keyed):
            across = 2 * (place // half)
            grid.addWidget(text(_(spec.words)), place % half, across)
            grid.addWidget(keycap(" ".join(spec.keys[:1])), place % half, across + 1)
        grid.addWidget(text(_("1 to 9: choose a level, tick an element"), "second"), half, 0, 1, 4)
        close = button(_("Close"), look="accent", pressed=self.accept)
        close.setDefault(True)
        holder = QWidget()
        holder.setLayout(grid)
        inside(self, column(text(_("Keys"), "heading"), holder, row(None, close), spacing=16), 24, 20)


def show_error(parent: QWidget | None, error: BaseException) -> None:
    """Show a failure: words for what the user can mend, the crash dialog for a bug. Waits for its close."""
    if isinstance(error, QassessError):
        from qassess.wording import say_error

        _show(MessageDialog(parent, _("That did not work"), say_error(error)))
    else:
        _show(crash_dialog(parent, error))


def _show(dialog: QDialog) -> None:
    """Show a dialog until it is closed, and let it go."""
    dialog.exec()
    dialog.deleteLater()


def crash_dialog(parent: QWidget | None, error: BaseException, *, kept: bool = True, at: str = "") -> MessageDialog:
    """Return the dialog for a bug: whether what was typed (``at`` which item) is ``kept``, and the details."""
    return MessageDialog(
        parent,
        _("Something unexpected happened"),
        _("This action was stopped by a fault in the program. You can go on working."),
        _kept_words(at, kept=kept),
        _details(error),
    )


def _kept_words(at: str, *, kept: bool) -> str:
    if not kept:
        return _(
            "Everything shown as saved is in the database. What stands in the fields now could not be kept: copy it "
            "before you close the window. To report the fault, copy the details below."
        )
    if at:
        return _(
            "Everything shown as saved is in the database; what was typed in {item} is saved or kept as a draft. "
            "To report the fault, copy the details below."
        ).format(item=at)
    return _(
        "Everything shown as saved is in the database; what was typed but not yet saved is kept as a draft. "
        "To report the fault, copy the details below."
    )


def ask_to_close(parent: QWidget | None, at: str) -> bool:
    """Ask whether to close although what is typed could neither be saved nor kept; no is what Enter and Esc say."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(_("Close?"))
    dialog.setMinimumWidth(px(480))
    words = _("What was typed in {item} could not be saved. It is lost when the window closes now.").format(item=at)
    close = button(_("Close without it"), pressed=dialog.accept)
    close.setAutoDefault(False)
    stay = button(_("Stay"), look="accent", pressed=dialog.reject)
    stay.setDefault(True)
    laid = column(text(_("Close?"), "heading"), text(words, wrap=True), row(None, close, stay), spacing=12)
    inside(dialog, laid, 24, 20)
    agreed = bool(dialog.exec())
    dialog.deleteLater()
    return agreed


def _details(error: BaseException) -> str:
    import platform
    import traceback

    trace = "".join(traceback.format_exception(error))
    return f"qassess · Python {platform.python_version()} · {platform.system()} {platform.machine()}\n\n{trace}"


_crashing = False


def handle_crash(parent: QWidget | None, keep: Callable[[], object], crash: Crash, *, at: str = "") -> None:
    """Show what nobody caught: keep what is typed, then a dialog, one at a time.

    ``crash`` is what ``sys.excepthook`` is given; ``keep`` returns ``False`` where it could not keep what is typed.
    What the user can mend is said in words even here.
    """
    global _crashing  # noqa: PLW0603  # one process, one dialog: a crash inside the dialog must not open another
    kind, error, trace = crash
    if issubclass(kind, KeyboardInterrupt) or _crashing:
        sys.__excepthook__(kind, error, trace)
        return
    _crashing = True
    try:
        kept = _keep_quietly(keep)
        if isinstance(error, QassessError):
            show_error(parent, error)
            return
        dialog = crash_dialog(parent, error, kept=kept, at=at)
        dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
        _show(dialog)
    finally:
        _crashing = False


def _keep_quietly(keep: Callable[[], object]) -> bool:
    try:
        return keep() is not False
    except Exception:  # noqa: BLE001  # the hook must still show the first fault when keeping drafts fails too
        sys.__excepthook__(*sys.exc_info())
        return False
