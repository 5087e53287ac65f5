"""A bug is shown with what was kept and details to copy; what the user can mend is said in words."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from qassess.errors import QassessError
from qassess.ui import dialogs
from qassess.ui.dialogs import crash_dialog, handle_crash, show_error
from qassess.ui.toast import Toast


def boom() -> ValueError:
    try:
        int("something inside")
    except ValueError as error:
        return error
    raise AssertionError


def words(dialog: QDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_crash_dialog_says_what_was_kept_and_copies_its_details(qtbot: QtBot) -> None:
    dialog = crash_dialog(None, boom())
    qtbot.addWidget(dialog)
    assert "已保存" in words(dialog)
    dialog.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "something inside" in copied
    assert "Traceback" in copied


def test_what_the_user_can_mend_is_said_without_a_trace(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(dialogs.MessageDialog, "exec", lambda dialog: shown.append(words(dialog)))
    show_error(None, QassessError("assessment.exists", body="平顺县", year=2024))
    assert "平顺县" in shown[0]
    assert "Traceback" not in shown[0]


def test_the_hook_keeps_drafts_before_it_says_anything(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(dialogs.MessageDialog, "exec", lambda dialog: order.append("shown"))
    error = boom()
    handle_crash(None, lambda: order.append("kept"), (type(error), error, error.__traceback__))
    assert order == ["kept", "shown"]


def test_the_hook_shows_the_first_fault_when_keeping_fails_too(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(dialogs.MessageDialog, "exec", lambda dialog: shown.append(words(dialog)))

    def keep() -> None:
        raise OSError("disk full")

    error = boom()
    handle_crash(None, keep, (type(error), error, error.__traceback__))
    assert len(shown) == 1
    assert "disk full" in capsys.readouterr().err


def test_toast_offers_one_action_and_goes(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    toast = Toast(window)
    pressed: list[bool] = []
    toast.say("已撤销", "重做", lambda: pressed.append(True))
    assert toast.words == "已撤销"
    toast._button.click()
    assert pressed == [True]
    assert toast.words == ""
    toast.say("一句话")
    assert toast._button.isHidden()
