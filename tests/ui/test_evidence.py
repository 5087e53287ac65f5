"""Evidence in the panel and in full view, by drop, clipboard, buttons and keys; long work never on this thread."""

from collections.abc import Callable
from pathlib import Path
from threading import current_thread, main_thread

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from qassess.i18n import use_language
from qassess.services import evidence_pictures
from qassess.ui.checklist import ChecklistPage
from qassess.ui.evidence_desk import EvidenceDesk
from qassess.ui.evidence_dialog import EvidenceDialog
from qassess.ui.evidence_state import size_words
from qassess.ui.evidence_strip import EvidenceTile
from qassess.ui.jobs import JobRunner
from qassess.ui.main_window import MainWindow
from qassess.ui.review import ReviewPage
from qassess.ui.service_backend import ServiceBackend
from qassess.ui.theme import LIGHT
from tests.ui.conftest import SETTINGS

FIRST, OTHER = "prod-provincial-sampling", "serv-system"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "现场.jpg"
    Image.new("RGB", (640, 480), (200, 30, 30)).save(path)
    return path


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "通报.pdf"
    canvas = Canvas(str(path))
    for _page in range(3):
        canvas.rect(50, 50, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"PK" + b"x" * 4000)
    return path


def dropped(paths: list[Path]) -> QMimeData:
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return held


def attach(qtbot: QtBot, page: ChecklistPage, *paths: Path) -> list[EvidenceTile]:
    """Drop files onto the panel and wait until they are attached and looked at."""
    before = len(page.panel.strip.tiles)
    held = dropped(list(paths))
    with qtbot.waitSignal(page.evidence.looked, timeout=20_000):
        page.panel.drop.dropEvent(
            QDropEvent(
                QPointF(4, 4), Qt.DropAction.CopyAction, held, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            )
        )
    assert len(page.panel.strip.tiles) == before + len(paths)
    return page.panel.strip.tiles


def pieces(backend: ServiceBackend, assessment: str, item: str = FIRST) -> tuple[str, ...]:
    entry = backend.open_assessment(assessment).entries.get(item)
    return entry.evidence if entry is not None else ()


def full_view(qtbot: QtBot, desk: EvidenceDesk, sha256: str) -> EvidenceDialog:
    dialog = desk.look_at(sha256)
    assert dialog is not None
    if dialog._backend.evidence.sort_of(dialog.record) in ("image", "pdf"):
        with qtbot.waitSignal(dialog.loaded, timeout=20_000):
            pass
    return dialog


def test_several_dropped_files_show_as_tiles_with_their_pictures(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path, paper: Path, sheet: Path
) -> None:
    tiles = attach(qtbot, page, photo, paper, sheet)
    qtbot.waitUntil(lambda: [tile.has_picture for tile in tiles] == [True, True, False])
    assert [tile.accessibleName() for tile in tiles] == ["现场", "通报", "台账"]
    assert [tile.sha256 for tile in tiles] == list(pieces(backend, assessment))


def test_a_notice_takes_attaching_and_removing_back(
    qtbot: QtBot, open_window: Callable[..., MainWindow], photo: Path, sheet: Path
) -> None:
    window = open_window()
    assert window.desk is not None
    window.desk.open_sample()
    qtbot.waitUntil(lambda: isinstance(window.page, ChecklistPage), timeout=30_000)
    page = window.page
    assert isinstance(page, ChecklistPage)
    page.go_to(FIRST)
    before = [tile.sha256 for tile in page.panel.strip.tiles]
    page.evidence.attach([photo, sheet])
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == len(before) + 2, timeout=20_000)
    assert "2" in window.toast.words
    qtbot.mouseClick(window.toast._button, Qt.MouseButton.LeftButton)
    assert [tile.sha256 for tile in page.panel.strip.tiles] == before
    window.commands["redo"].trigger()
    assert len(page.panel.strip.tiles) == len(before) + 2
    tile = page.panel.strip.tiles[-1]
    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_Delete)
    assert len(page.panel.strip.tiles) == len(before) + 1
    assert "台账" in window.toast.words
    qtbot.mouseClick(window.toast._button, Qt.MouseButton.LeftButton)
    assert len(page.panel.strip.tiles) == len(before) + 2


def test_a_copied_picture_is_pasted_even_from_a_field(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    assert window.desk is not None
    window.desk.open_sample()
    qtbot.waitUntil(lambda: isinstance(window.page, ChecklistPage), timeout=30_000)
    page = window.page
    assert isinstance(page, ChecklistPage)
    page.go_to(FIRST)
    before = len(page.panel.strip.tiles)
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(image)
    assert page.card is not None
    with qtbot.waitActive(window):
        window.activateWindow()
    page.card.note.setFocus()
    qtbot.keyClick(page.card.note, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == before + 1, timeout=20_000)
    assert page.panel.strip.tiles[-1].accessibleName().startswith("剪贴板 2025-01-14")
    assert page.card.note.toPlainText() == ""
    QGuiApplication.clipboard().setText("三十二批")
    qtbot.keyClick(page.card.note, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.card.note.toPlainText() == "三十二批"
    assert len(page.panel.strip.tiles) == before + 1


def test_copied_files_are_pasted_and_plain_words_are_not(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path, sheet: Path
) -> None:
    said: list[str] = []
    page.notice.connect(said.append)
    QGuiApplication.clipboard().setText("words")
    qtbot.mouseClick(page.panel.drop.paste, Qt.MouseButton.LeftButton)
    assert "剪贴板" in said[0]
    QGuiApplication.clipboard().setMimeData(dropped([photo, sheet]))
    qtbot.mouseClick(page.panel.drop.paste, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == 2, timeout=20_000)
    assert len(pieces(backend, assessment)) == 2


def test_cells_copied_from_a_table_are_words(page: ChecklistPage) -> None:
    said: list[str] = []
    page.notice.connect(said.append)
    held = QMimeData()
    held.setText("93.4\t95")
    held.setImageData(QImage(10, 10, QImage.Format.Format_RGB32))
    QGuiApplication.clipboard().setMimeData(held)
    page.commands["paste"]()
    assert said


def test_several_files_are_chosen_at_once(
    qtbot: QtBot, page: ChecklistPage, photo: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(photo), str(sheet)], ""))
    qtbot.keyClick(page.panel.drop.choose, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == 2, timeout=20_000)


def test_a_folder_stands_for_its_files(qtbot: QtBot, page: ChecklistPage, photo: Path, sheet: Path) -> None:
    assert photo.parent == sheet.parent
    folder = photo.parent / "folder"
    folder.mkdir()
    for path in (photo, sheet):
        path.rename(folder / path.name)
    page.panel.drop.dropped.emit([folder / photo.name])
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == 1, timeout=20_000)
    QGuiApplication.clipboard().setMimeData(dropped([folder]))
    page.commands["paste"]()
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == 2, timeout=20_000)


def test_what_is_being_typed_is_not_touched_by_evidence(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path
) -> None:
    assert page.card is not None
    page.card.note.setFocus()
    qtbot.keyClicks(page.card.note, "half a sent")
    attach(qtbot, page, photo)
    assert page.card.note.hasFocus()
    qtbot.keyClicks(page.card.note, "ence")
    page.leave()
    entry = backend.open_assessment(assessment).entries[FIRST]
    assert entry.note == "half a sentence"
    assert len(entry.evidence) == 1


def test_files_arrive_at_their_item_when_another_is_shown(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path
) -> None:
    offers: list[str] = []
    page.offered.connect(lambda words, *_: offers.append(words))
    page.evidence.attach([photo])
    page.go_to(OTHER)
    qtbot.waitUntil(lambda: bool(offers), timeout=20_000)
    assert len(pieces(backend, assessment)) == 1
    assert pieces(backend, assessment, OTHER) == ()
    assert page.item.id == OTHER
    assert "1.2" in offers[0]


def test_copying_and_pictures_are_made_elsewhere(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[bool] = []
    store, thumbnail = backend._workspace.evidence.store, evidence_pictures.thumbnail

    def spied_store(*given: object, **named: object) -> str:
        here.append(current_thread() is main_thread())
        return store(*given, **named)  # type: ignore[arg-type]

    def spied_thumbnail(*given: object) -> object:
        here.append(current_thread() is main_thread())
        return thumbnail(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(backend._workspace.evidence), "store", lambda _self, *a, **k: spied_store(*a, **k))
    monkeypatch.setattr(evidence_pictures, "thumbnail", spied_thumbnail)
    attach(qtbot, page, photo)
    assert here == [False, False]


def test_a_long_copy_shows_its_progress_and_can_be_stopped(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, tmp_path: Path
) -> None:
    film = tmp_path / "很长很长的名字的座谈会录像第一部分.mp4"
    with film.open("wb") as out:
        out.truncate(400 << 20)
    page.evidence.attach([film])
    line = page.panel.copying
    assert line.isVisible()
    qtbot.waitUntil(lambda: "%" in line.words.text(), timeout=20_000)
    assert line.words.text().startswith("正在复制")
    qtbot.mouseClick(line.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(line.isHidden, timeout=20_000)
    assert pieces(backend, assessment) == ()


def test_what_cannot_be_attached_is_named(qtbot: QtBot, page: ChecklistPage, photo: Path, tmp_path: Path) -> None:
    said: list[str] = []
    page.notice.connect(said.append)
    empty = tmp_path / "空.pdf"
    empty.touch()
    page.evidence.attach([empty, photo])
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == 1, timeout=20_000)
    assert "空.pdf" in said[0]


def test_a_date_outside_the_year_is_warned_of(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, sheet: Path
) -> None:
    (tile,) = attach(qtbot, page, sheet)
    dialog = full_view(qtbot, page.evidence, tile.sha256)
    dialog.form.dated.setFocus()
    qtbot.keyClicks(dialog.form.dated, "2023.11.30")
    qtbot.keyClick(dialog.form.dated, Qt.Key.Key_Return)
    assert "2023-11-30" in dialog.form.warning.words
    assert page.panel.strip.said == ("“台账”的日期 2023-11-30 不在考核年度内",)
    assert "2023-11-30" in page.panel.strip.tiles[0].accessibleName()
    assert backend.open_assessment(assessment).evidence[tile.sha256].dated == "2023-11-30"
    dialog.reject()


def test_a_missing_or_damaged_file_is_named_and_stops_signing(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path, sheet: Path
) -> None:
    tiles = attach(qtbot, page, photo, sheet)
    gone, damaged = (tile.sha256 for tile in tiles)
    backend.evidence_file(gone).unlink()
    path = backend.evidence_file(damaged)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    page.go_to(OTHER)
    with qtbot.waitSignal(page.evidence.looked, timeout=20_000):
        page.go_to(FIRST)
    assert [words[:4] for words in page.panel.strip.said] == ["“现场”", "“台账”"]
    assert "缺失" in page.panel.strip.said[0]
    assert "已损坏" in page.panel.strip.said[1]
    found = {known.code for known in backend.obstacles(backend.open_assessment(assessment))}
    assert {"obstacle.evidence_gone", "obstacle.evidence_damaged"} <= found


def test_full_view_turns_zooms_and_goes_on_by_keys(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path, paper: Path
) -> None:
    tiles = attach(qtbot, page, photo, paper)
    original = backend.evidence_file(tiles[0].sha256).read_bytes()
    tiles[0].setFocus()
    qtbot.keyClick(tiles[0], Qt.Key.Key_Return)
    dialog = page.evidence._dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.picture.has_picture, timeout=20_000)
    fitted = dialog.picture.percent
    qtbot.keyClick(dialog.picture, Qt.Key.Key_Plus)
    assert dialog.picture.percent > fitted
    qtbot.keyClick(dialog.picture, Qt.Key.Key_0)
    assert dialog.picture.percent == fitted
    qtbot.mouseClick(dialog.rotate, Qt.MouseButton.LeftButton)
    assert dialog.picture.turned == 90
    assert backend.open_assessment(assessment).evidence[tiles[0].sha256].rotation == 90
    assert backend.evidence_file(dialog.sha256).read_bytes() == original
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    assert dialog.where.text() == "2 / 2"
    qtbot.waitUntil(lambda: dialog.page_words.text() == "第 1 页，共 3 页", timeout=20_000)
    with qtbot.waitSignal(dialog.loaded, timeout=20_000):
        qtbot.mouseClick(dialog.page_on, Qt.MouseButton.LeftButton)
    assert dialog.page_words.text() == "第 2 页，共 3 页"
    qtbot.mouseClick(dialog.previous, Qt.MouseButton.LeftButton)
    assert dialog.sha256 == tiles[0].sha256
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert page.evidence._dialog is None


def test_a_refused_date_stays_and_is_said_beside_its_field(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path, sheet: Path
) -> None:
    tiles = attach(qtbot, page, photo, sheet)
    dialog = full_view(qtbot, page.evidence, tiles[0].sha256)
    qtbot.keyClicks(dialog.form.dated, "2024-13-45")
    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    assert dialog.sha256 == tiles[0].sha256
    assert dialog.form.dated.text() == "2024-13-45"
    assert "2024-13-45" in dialog.form.refusal.words
    dialog.reject()
    assert dialog.isVisible()
    dialog.form.dated.setText("2024年3月5日")
    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    assert dialog.sha256 == tiles[1].sha256
    assert backend.open_assessment(assessment).evidence[tiles[0].sha256].dated == "2024-03-05"
    dialog.reject()
    assert not dialog.isVisible()


def test_a_broken_picture_is_said_to_be_broken(qtbot: QtBot, page: ChecklistPage, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff nothing")
    (tile,) = attach(qtbot, page, broken)
    dialog = full_view(qtbot, page.evidence, tile.sha256)
    assert not dialog.picture.has_picture
    assert "损坏" in dialog.words.text()
    dialog.reject()


def test_removing_in_full_view_goes_on_to_the_next(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path, sheet: Path
) -> None:
    tiles = attach(qtbot, page, photo, sheet)
    kept = tiles[1].sha256
    dialog = full_view(qtbot, page.evidence, tiles[0].sha256)
    qtbot.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert dialog.sha256 == kept
    assert pieces(backend, assessment) == (kept,)
    qtbot.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert pieces(backend, assessment) == ()


def test_a_piece_is_taken_for_another_item_by_keys(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, photo: Path, sheet: Path
) -> None:
    attach(qtbot, page, photo, sheet)
    page.go_to(OTHER)
    picker = page.evidence.choose_stored()
    assert picker is not None
    assert len(picker.pieces()) == 2
    assert not picker.attach.isEnabled()
    qtbot.keyClicks(picker.find_box, "xlsx")
    qtbot.keyClick(picker.find_box, Qt.Key.Key_Down)
    qtbot.keyClick(picker.list, Qt.Key.Key_Space)
    assert len(picker.chosen()) == 1
    qtbot.mouseClick(picker.attach, Qt.MouseButton.LeftButton)
    assert pieces(backend, assessment, OTHER) == picker.chosen()
    assert len(page.panel.strip.tiles) == 1
    page.undo()
    assert pieces(backend, assessment, OTHER) == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_has_a_name_and_no_words_are_cut(
    qtbot: QtBot, page: ChecklistPage, paper: Path, sheet: Path, language: str
) -> None:
    tiles = attach(qtbot, page, paper, sheet)
    use_language(language)
    picker = page.evidence.choose_stored()
    assert picker is not None
    check(picker)
    picker.reject()
    dialog = full_view(qtbot, page.evidence, tiles[0].sha256)
    check(dialog)
    dialog.reject()
    check(page.panel)


def check(whole: QWidget) -> None:
    assert cut(whole) == []
    for known in whole.findChildren(QAbstractButton):
        assert known.accessibleName() or known.text(), known


def cut(whole: QWidget) -> list[str]:
    """Return the words of labels and buttons that have less room than they need."""
    labels = [label for label in whole.findChildren(QLabel) if label.isVisible() and label.text()]
    narrow = [label.text() for label in labels if not label.wordWrap() and label.width() < label.sizeHint().width()]
    low = [
        label.text() for label in labels if label.wordWrap() and label.height() < label.heightForWidth(label.width())
    ]
    buttons = [made for made in whole.findChildren(QAbstractButton) if made.isVisible() and made.text()]
    return narrow + low + [made.text() for made in buttons if made.width() < made.minimumSizeHint().width()]


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 KB"), (18_000, "18 KB"), (3_500_000, "3.3 MB"), (1_180_000_000, "1.1 GB")]
)
def test_sizes_are_said_as_one_says_them(size: int, words: str) -> None:
    assert size_words(size) == words


def test_review_reads_every_piece_and_names_a_damaged_one(
    qtbot: QtBot, backend: ServiceBackend, runner: JobRunner, assessment: str, sheet: Path
) -> None:
    view = backend.attach_evidence(assessment, FIRST, sheet)
    path = backend.evidence_file(view.entries[FIRST].evidence[0])
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    review = ReviewPage(LIGHT, backend, runner, assessment, SETTINGS)
    for part in (review, review.bar_left, review.bar_right):
        qtbot.addWidget(part)
    assert not any("已损坏" in link.words for link in review.state.obstacles)
    with qtbot.waitSignal(review.evidence_read, timeout=60_000):
        pass
    assert [link.item for link in review.state.obstacles if "“台账”" in link.words and "已损坏" in link.words] == [
        FIRST
    ]
    review.leave()
