"""The story of a new assessor: from an empty database to a signed report that verifies, through the window."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from qassess.app import open_window
from qassess.domain.answers import Answer, Entry
from qassess.domain.answers_file import read_answers
from qassess.i18n import use_language
from qassess.services.demonstrate import sample_answers
from qassess.settings import LoadedSettings, Settings, Theme
from qassess.ui.backend import Backend
from qassess.ui.checklist import ChecklistPage
from qassess.ui.first_start import FirstStart
from qassess.ui.home import Home
from qassess.ui.main_window import MainWindow
from qassess.ui.new_assessment import NewAssessment
from qassess.ui.review import ReviewPage
from qassess.ui.sign_dialog import SignRequest
from qassess.ui.widgets import LineField

PASSWORD = "correct horse"
KEYED = {
    "prod-provincial-sampling": {"numerator": "467", "denominator": "499"},
    "env-pesticides": {"count": "1"},
    "std-participation": {"counts.national": "1", "counts.local": "2"},
    "env-improvement": {"row.value": "6", "column.value": "1.5"},
    "prod-brands-county": {"value": "2", "of": "13", "source": "bulletin", "date": "2024-12-30"},
    "culture-media": {"points": "0.6", "reason": "four issues seen"},
    "quality-satisfaction": {"value": "86", "source": "survey", "date": "2024-11-30"},
    "tech-hotlines": {"numerator": "97", "denominator": "100"},
    "util-satisfaction": {
        "parts.water.value": "81",
        "parts.heat.value": "79.5",
        "parts.power.value": "90",
        "parts.gas.value": "88",
    },
    "prod-qms": {"numerator": "41", "denominator": "60"},
}
"""Item -> field -> keys, one item of nearly every shape."""

Opened = Callable[[Settings], MainWindow]


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    windows: list[MainWindow] = []

    def build(settings: Settings) -> MainWindow:
        window = open_window(LoadedSettings(settings=settings), tmp_path / "qassess.db")
        windows.append(window)
        window.resize(1366, 768)
        with qtbot.waitSignal(window.ready, timeout=30_000):
            window.show()
        with qtbot.waitActive(window):
            window.activateWindow()
        return window

    yield build
    for window in windows:
        window.close()
        window.deleteLater()
    use_language("zh")


class Assessor:
    """A person at the keyboard: everything goes through keys and clicks on what is shown."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window

    @property
    def page(self) -> ChecklistPage:
        assert isinstance(self.window.page, ChecklistPage)
        return self.window.page

    @property
    def backend(self) -> Backend:
        assert self.window.desk is not None
        return self.window.desk._backend

    def field(self, name: str) -> LineField:
        assert self.page.card is not None
        return self.page.card.editor.named_fields()[name]

    def click(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type(self, widget: LineField, keys: str) -> None:
        widget.setFocus()
        self.qtbot.waitUntil(widget.hasFocus)
        widget.selectAll()
        self.qtbot.keyClicks(widget, keys)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.window.focusWidget() or self.window, key, modifier)

    def find(self, item: str) -> None:
        """Go to an item as one does: Ctrl+F, some words of its title, Enter."""
        self.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        box = self.page.sections.find_box
        self.qtbot.waitUntil(box.hasFocus)
        title = next(known.title.zh for known in self.page._items if known.id == item)
        box.setText(title)
        self.press(Qt.Key.Key_Return)
        box.clear()
        assert self.page.item.id == item

    def stored(self, item: str) -> Answer | None:
        entry = self.page._view.entries.get(item)
        reread = self.backend.open_assessment(self.page._view.id).entries.get(item)
        assert entry == reread, "what is shown is what is stored"
        return entry.answer if entry is not None else None


def test_from_an_empty_database_to_a_verified_report(
    qtbot: QtBot, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(Settings(theme=Theme.LIGHT))
    introduce(qtbot, window)
    somebody = Assessor(qtbot, window)
    start(somebody)
    assessment = somebody.page._view.id
    answer_every_shape(somebody)
    be_refused(somebody)
    place = leave_half_typed(somebody)
    identity = Path(window.settings.identity)
    settings = window.settings
    window.close()

    window = opened(settings)
    somebody = Assessor(qtbot, window)
    find_everything_again(somebody, place)
    complete(somebody.backend, assessment, tmp_path)
    sign_and_verify(somebody, assessment, identity, tmp_path)


def introduce(qtbot: QtBot, window: MainWindow) -> None:
    """Say who one is and make an identity."""
    page = window.page
    assert isinstance(page, FirstStart)
    page.author.setText("李静")
    page.unit.setText("市质监局")
    qtbot.keyClick(page.author, Qt.Key.Key_Return)
    for box in (page.password, page.again):
        qtbot.keyClicks(box, PASSWORD)
    qtbot.keyClick(page.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.steps.currentIndex() == 2, timeout=30_000)
    qtbot.keyClick(page.sample, Qt.Key.Key_Return)
    assert isinstance(window.page, Home)


def start(somebody: Assessor) -> None:
    """Ctrl+N, the county by its initials, and off."""
    somebody.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    page = somebody.window.page
    assert isinstance(page, NewAssessment)
    page.choose_year(2024)
    somebody.type(page.finder.find_box, "psx")
    somebody.press(Qt.Key.Key_Return)
    somebody.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert somebody.page._view.body.name == "平顺县"


def answer_every_shape(somebody: Assessor) -> None:
    """Numbers by keyboard with Enter, choices by mouse and by digit."""
    for item, fields in KEYED.items():
        somebody.find(item)
        for name, keys in fields.items():
            somebody.type(somebody.field(name), keys)
        somebody.press(Qt.Key.Key_Return)
        assert somebody.page.item.id != item, f"{item} was not accepted"
        assert somebody.stored(item) is not None
    assert somebody.stored("prod-qms") == Answer(numerator="41", denominator="60")
    choose(somebody)
    instance_and_reference(somebody)


def choose(somebody: Assessor) -> None:
    """Levels, ticks and gates."""
    qtbot, page = somebody.qtbot, somebody.page
    somebody.find("serv-system")
    assert page.card is not None
    somebody.click(page.card.editor.fields()[1])
    assert somebody.stored("serv-system") == Answer(option=2)
    somebody.press(Qt.Key.Key_3)
    assert somebody.stored("serv-system") == Answer(option=3)
    somebody.find("tour-standards")
    somebody.press(Qt.Key.Key_1)
    somebody.press(Qt.Key.Key_2)
    ticked = somebody.stored("tour-standards")
    assert ticked is not None
    assert len(ticked.checked or ()) == 2
    somebody.find("gate-regional-event")
    somebody.press(Qt.Key.Key_1)
    somebody.type(somebody.field("confirmed_by"), "Wang Qiang")
    somebody.press(Qt.Key.Key_Tab)
    assert somebody.stored("gate-regional-event") == Answer(occurred=False, confirmed_by="Wang Qiang")
    qtbot.waitUntil(lambda: page.bar.saved.words.startswith("已保存 "))


def instance_and_reference(somebody: Assessor) -> None:
    """Two building sites, and a sum that is compared with last year's."""
    somebody.find("works-site-check")
    page = somebody.page
    somebody.type(somebody.field("instances.1.label"), "Site A")
    assert page.card is not None
    page.card.editor.press_digit(1)
    visits = somebody.stored("works-site-check")
    assert visits is not None
    assert visits.instances is not None
    assert visits.instances[0].label == "Site A"
    somebody.find("org-funding")
    assert page.card is not None
    last = page.card.references._rows["last_year"]
    somebody.type(somebody.field("value"), "120")
    somebody.type(last.numbers[0], "100")
    somebody.type(last.source, "budget")
    somebody.type(last.date, "2023-12-31")
    somebody.press(Qt.Key.Key_Tab)
    assert page._view.sheet.items["org-funding"].points is not None


def be_refused(somebody: Assessor) -> None:
    """Bad input is refused beside the field; what was typed stays; Enter does not go on."""
    for keys in ("many", "0", "1,234.5"):
        somebody.find("prod-provincial-sampling")
        somebody.type(somebody.field("denominator"), keys)
        somebody.press(Qt.Key.Key_Return)
        card = somebody.page.card
        assert card is not None
        assert somebody.page.item.id == "prod-provincial-sampling"
        assert card.refusal.words, keys
        assert somebody.field("denominator").text() == keys
        assert somebody.stored("prod-provincial-sampling") == Answer(numerator="467", denominator="499")
    somebody.type(somebody.field("denominator"), "499")
    somebody.press(Qt.Key.Key_Return)
    assert somebody.page.item.id != "prod-provincial-sampling"


def leave_half_typed(somebody: Assessor) -> str:
    """Type what is refused, and close the window on it."""
    somebody.find("prod-city-sampling")
    somebody.type(somebody.field("numerator"), "88")
    somebody.type(somebody.field("denominator"), "eighty")
    return somebody.page.item.id


def find_everything_again(somebody: Assessor, place: str) -> None:
    """The same place, the same values, the draft with its refusal; then mend it."""
    assert isinstance(somebody.window.page, Home)
    home = somebody.window.page
    assert isinstance(home, Home)
    somebody.qtbot.waitUntil(home.card.go.hasFocus)
    somebody.press(Qt.Key.Key_Return)
    page = somebody.page
    assert page.item.id == place
    assert somebody.field("denominator").text() == "eighty"
    assert page.card is not None
    assert page.card.refusal.words
    assert somebody.stored("serv-system") == Answer(option=3)
    assert somebody.stored("tech-hotlines") == Answer(numerator="97", denominator="100")
    somebody.type(somebody.field("denominator"), "90")
    somebody.press(Qt.Key.Key_Return)
    assert somebody.stored(place) == Answer(numerator="88", denominator="90")
    somebody.find("serv-system")
    somebody.press(Qt.Key.Key_4)
    somebody.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert somebody.stored("serv-system") == Answer(option=3)


def complete(backend: Backend, assessment: str, folder: Path) -> None:
    """Fill in what is left through the services, as colleagues would: answers, shares, evidence."""
    answers = read_answers(sample_answers().read_bytes(), "sample")
    view = backend.open_assessment(assessment)
    shares = {
        key: replace(target, value=answers.targets[key].value if key in answers.targets else "1", reason="分解文件")
        for key, target in view.agreement.targets.items()
        if not target.value
    }
    backend.revise_agreement(assessment, replace(view.agreement, targets={**view.agreement.targets, **shares}))
    proof = folder / "proof.txt"
    proof.write_text("抽查结果", encoding="utf-8")
    for item in {known.item_id for known in backend.obstacles(backend.open_assessment(assessment))}:
        assert item is not None
        entry = answers.entries.get(item, Entry(answer=Answer(occurred=False)))
        kept = backend.open_assessment(assessment).entries.get(item, Entry())
        if kept.answer is None or kept.answer.parts is None:
            backend.record_entry(assessment, item, replace(entry, evidence=kept.evidence))
        backend.attach_evidence(assessment, item, proof)
    left = backend.obstacles(backend.open_assessment(assessment))
    for number in range(2, 5):
        more = folder / f"proof-{number}.txt"
        more.write_text(f"材料 {number}", encoding="utf-8")
        for obstacle in left:
            assert obstacle.item_id is not None
            backend.attach_evidence(assessment, obstacle.item_id, more)
        left = backend.obstacles(backend.open_assessment(assessment))
    assert left == ()


def sign_and_verify(somebody: Assessor, assessment: str, identity: Path, folder: Path) -> None:
    """Review, sign in turn, and see that the file is intact; then the assessment is locked."""
    qtbot, window = somebody.qtbot, somebody.window
    assert window.desk is not None
    window.desk.open_assessment(assessment)
    somebody.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    page = window.page
    assert isinstance(page, ReviewPage)
    assert page.state.obstacles == ()
    qtbot.waitUntil(lambda: page.preview.count > 1 and page.preview.has_picture(0), timeout=60_000)
    for role, opinion in (("leader", ""), ("representative", "同意。")):
        with qtbot.waitSignal(page.verified, timeout=60_000) as verified:
            page.sign_with(SignRequest(identity, PASSWORD, role, opinion))
        assert verified.args is not None
        found = verified.args[0]
        assert found.intact, [finding for finding in found.findings if finding.ok is False]
    assert found.signatures == 2
    assert len(page._view.signatures) == 2
    copy = folder / "report.pdf"
    page.save_to(copy)
    assert somebody.backend.verify_file(copy).intact
    page.back_wanted.emit()
    assert somebody.page._view.locked
    assert somebody.page.card is not None
    assert not somebody.page.card.isEnabled()
    somebody.page.reopen("复核后更正")
    assert not somebody.page._view.locked
    assert somebody.page.card.isEnabled()
    assert somebody.backend.verify_file(copy).signatures == 2
