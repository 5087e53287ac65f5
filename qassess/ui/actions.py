"""Every action of the window: its words, its key and its menu. Pages connect to them and switch them on and off."""

from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from qassess.i18n import _, later

MENUS = {
    "assessment": later("&Assessment"),
    "office": later("&Office"),
    "edit": later("&Edit"),
    "go": later("&Go"),
    "view": later("&View"),
    "help": later("&Help"),
}


@dataclass(frozen=True, slots=True)
class Spec:
    """One action. ``keys`` are portable key texts, the first is shown; ``group`` makes it one of several choices.

    ``page`` names the pages it is for, parted by blanks; empty for all.
    """

    name: str
    menu: str
    words: str
    keys: tuple[str, ...] = ()
    page: str = ""
    group: str = ""
    checkable: bool = False
    apart: bool = False


SPECS = (
    Spec("new", "assessment", later("New assessment…"), ("Ctrl+N",)),
    Spec("start", "assessment", later("Keep what the form says"), ("Ctrl+Return",), page="new"),
    Spec("continue", "assessment", later("Continue where I left"), ("Ctrl+Shift+N",)),
    Spec("sample", "assessment", later("Open the sample county"), apart=True),
    Spec("agreement", "assessment", later("Agreement, targets and team…"), ("Ctrl+T",), page="checklist"),
    Spec("self_form", "assessment", later("Write the self-assessment form…"), ("Ctrl+Shift+F",), page="checklist"),
    Spec("self_import", "assessment", later("Take in a self-assessment…"), ("Ctrl+I",), page="checklist"),
    Spec("review", "assessment", later("Check and sign"), ("Ctrl+R",), page="checklist"),
    Spec("save_pdf", "assessment", later("Save PDF as…"), ("Ctrl+S",), page="review"),
    Spec("sign", "assessment", later("Sign…"), ("Ctrl+Shift+S",), page="review"),
    Spec("verify", "assessment", later("Verify a signed PDF…"), ("Ctrl+Shift+V",), apart=True),
    Spec("open_file", "assessment", later("Open another file…"), ("Ctrl+O",), page="nodatabase home checklist review"),
    Spec("backup", "assessment", later("Back up now…"), ("Ctrl+Shift+B",)),
    Spec("quit", "assessment", later("Quit"), ("Ctrl+Q",), apart=True),
    Spec("export", "office", later("Export…"), ("Ctrl+Shift+E",)),
    Spec("merge", "office", later("Merge exported files…"), ("Ctrl+M",)),
    Spec("add_files", "office", later("Choose files…"), ("Ctrl+O",), page="merge"),
    Spec("add_folder", "office", later("Choose a folder…"), ("Ctrl+Shift+O",), page="merge"),
    Spec("merge_these", "office", later("Merge these files"), ("Ctrl+Shift+M",), page="merge"),
    Spec("conflicts", "office", later("Decide conflicts"), ("Ctrl+K",), apart=True),
    Spec("take_left", "office", later("Choose the left side"), ("1", "Left"), page="conflicts"),
    Spec("take_right", "office", later("Choose the right side"), ("2", "Right"), page="conflicts"),
    Spec("edit_value", "office", later("Write by hand…"), ("E",), page="conflicts"),
    Spec("keep_both", "office", later("Keep both in words"), ("K",), page="conflicts"),
    Spec("reason", "office", later("Write the reason"), ("R",), page="conflicts"),
    Spec("decide", "office", later("Take what is chosen, next"), ("Return", "Enter"), page="conflicts"),
    Spec("later", "office", later("Decide later"), ("S",), page="conflicts"),
    Spec("take_all", "office", later("All from…"), ("A",), page="conflicts"),
    Spec("results", "office", later("Results and ranking"), ("Ctrl+L",), apart=True),
    Spec("workbook", "office", later("Excel workbook…"), ("Ctrl+S",), page="results"),
    Spec("pdf_table", "office", later("PDF table…"), ("Ctrl+P",), page="results"),
    Spec("certificates", "office", later("Certificates…"), ("Ctrl+Shift+C",), page="results"),
    Spec("city_office", "office", later("I work in the city office"), checkable=True, apart=True),
    Spec("undo", "edit", later("Undo"), ("Ctrl+Z",), page="checklist conflicts merge"),
    Spec("redo", "edit", later("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), page="checklist merge"),
    Spec("flag", "edit", later("Flag for another look"), ("F",), page="checklist", apart=True),
    Spec("note", "edit", later("Write a note"), ("N",), page="checklist"),
    Spec("phrase", "edit", later("Phrase for the note…"), ("Ctrl+P",), page="checklist"),
    Spec("not_applicable", "edit", later("Not applicable…"), ("Ctrl+D",), page="checklist"),
    Spec("adjust", "edit", later("Adjust the points…"), ("Ctrl+J",), page="checklist"),
    Spec("take_over", "edit", later("Take the self-assessment over as verified"), ("Ctrl+U",), page="checklist"),
    Spec("evidence", "edit", later("Add evidence…"), ("Ctrl+E",), page="checklist"),
    Spec("paste", "edit", later("Paste as evidence"), ("Ctrl+V",), page="checklist"),
    Spec("stored_evidence", "edit", later("Evidence of this assessment…"), ("Ctrl+Alt+E",), page="checklist"),
    Spec("keep_recovered", "edit", later("Keep what was recovered"), ("Ctrl+Shift+K",), page="checklist", apart=True),
    Spec("discard_recovered", "edit", later("Discard what was recovered"), ("Ctrl+Shift+D",), page="checklist"),
    Spec("accept", "go", later("Accept, next open item"), ("Return", "Enter"), page="checklist"),
    Spec("next", "go", later("Next item"), ("Ctrl+Down",), page="checklist conflicts"),
    Spec("previous", "go", later("Previous item"), ("Ctrl+Up",), page="checklist conflicts"),
    Spec("obstacles", "go", later("What stops signing…"), ("Ctrl+G",), page="checklist", apart=True),
    Spec("next_obstacle", "go", later("Next thing that stops signing"), ("F8",), page="checklist"),
    Spec("find", "go", later("Find"), ("Ctrl+F",), apart=True),
    Spec("home", "go", later("Home"), ("Alt+Home",)),
    Spec("back", "go", later("Back"), ("Alt+Left",)),
    Spec("panel", "view", later("Panel at the right"), ("F9",), page="checklist", checkable=True),
    Spec("touch", "view", later("Larger targets for touch"), checkable=True),
    Spec("size_100", "view", later("Text 100 %"), ("Ctrl+0",), group="size", checkable=True, apart=True),
    Spec("size_125", "view", later("Text 125 %"), group="size", checkable=True),
    Spec("size_150", "view", later("Text 150 %"), group="size", checkable=True),
    Spec("size_200", "view", later("Text 200 %"), group="size", checkable=True),
    Spec("larger", "view", later("Larger text"), ("Ctrl++", "Ctrl+=")),
    Spec("smaller", "view", later("Smaller text"), ("Ctrl+-",)),
    Spec("light", "view", later("Light"), group="theme", checkable=True, apart=True),
    Spec("dark", "view", later("Dark"), group="theme", checkable=True),
    Spec("outdoor", "view", later("Outdoor, high contrast"), group="theme", checkable=True),
    Spec("zh", "view", later("简体中文"), group="language", checkable=True, apart=True),
    Spec("en", "view", later("English"), group="language", checkable=True),
    Spec("identity", "help", later("My name and signing identity…")),
    Spec("keys", "help", later("Keys"), ("F1",)),
)


def build_actions(owner: QWidget) -> dict[str, QAction]:
    """Make all actions, owned by the window, so that their keys work wherever the focus is."""
    groups: dict[str, QActionGroup] = {}
    made: dict[str, QAction] = {}
    for spec in SPECS:
        action = QAction(_(spec.words), owner)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setCheckable(spec.checkable)
        if spec.group:
            groups.setdefault(spec.group, QActionGroup(owner)).addAction(action)
        owner.addAction(action)
        made[spec.name] = action
    return made


def retranslate(actions: dict[str, QAction]) -> None:
    """Say all actions in the language now in use."""
    for spec in SPECS:
        actions[spec.name].setText(_(spec.words))


def fill_menus(bar: QMenuBar, actions: dict[str, QAction]) -> None:
    """Put every action into its menu."""
    bar.clear()
    menus: dict[str, QMenu] = {name: bar.addMenu(_(words)) for name, words in MENUS.items()}
    for spec in SPECS:
        if spec.apart:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(actions[spec.name])


def show_page_actions(actions: dict[str, QAction], page: str) -> None:
    """Switch off the actions of other pages, so that their keys do nothing there."""
    for spec in SPECS:
        if spec.page:
            actions[spec.name].setEnabled(page in spec.page.split())


def key_of(name: str) -> str:
    """Return the key of an action as it is shown on a button."""
    spec = next(known for known in SPECS if known.name == name)
    shown = {"Return": "Enter", "Ctrl+Up": "Ctrl ↑", "Ctrl+Down": "Ctrl ↓"}
    return shown.get(spec.keys[0], spec.keys[0].replace("+", " ")) if spec.keys else ""
