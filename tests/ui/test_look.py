"""Every theme can be read, every icon takes its theme's colour, and the font is the bundled one."""

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from qassess.locations import resources
from qassess.ui.icons import pixmap
from qassess.ui.theme import FAMILY, THEMES, Tokens, style_sheet, text_font
from qassess.ui.widgets import KeyButton

GROUNDS = ("background", "card", "side")
TEXTS = ("ink", "second", "third", "accent", "good", "attention", "wrong")
ON_SOFT = (
    ("accent", "accent_soft"),
    ("ink", "accent_soft"),
    ("second", "accent_soft"),
    ("good", "good_soft"),
    ("attention", "attention_soft"),
    ("wrong", "wrong_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("background", "ink"),
)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, ground: str) -> float:
    lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize(("text", "ground"), [*product(TEXTS, GROUNDS), *ON_SOFT])
def test_text_has_the_contrast_people_need(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_focus_ring_stands_out(tokens: Tokens) -> None:
    assert all(contrast(tokens.focus, getattr(tokens, ground)) >= 2.9 for ground in GROUNDS)


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_style_sheet_is_complete(tokens: Tokens) -> None:
    sheet = style_sheet(tokens)
    assert "$" not in sheet
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert path.endswith(".svg")


def test_every_icon_is_recoloured(qapp: QApplication) -> None:
    names = [path.stem for path in (resources() / "icons").glob("*.svg")]
    assert len(names) >= 18
    for name in names:
        image = pixmap(name, "#B0302B").toImage()
        colours = {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        }
        fixed = name.endswith(("-light", "-dark")) or name == "app"
        assert fixed or colours == {QColor("#B0302B").name()}, name


def test_screen_font_is_the_bundled_one(qapp: QApplication) -> None:
    for bold in (False, True):
        found = QFontInfo(text_font(14, bold=bold))
        assert found.family() == FAMILY
        assert found.bold() == bold


def test_buttons_are_large_enough_for_fingers(qtbot: QtBot, qapp: QApplication) -> None:
    plain, accent = QPushButton("签名"), KeyButton("确认", "Enter", look="accent")
    for made in (plain, accent):
        qtbot.addWidget(made)
        made.show()
        assert made.sizeHint().height() >= 36
    qapp.setStyleSheet(style_sheet(THEMES["light"], touch=True))
    assert plain.sizeHint().height() >= 44
    assert accent.sizeHint().height() >= 44


def test_words_on_a_button_are_never_cut(qtbot: QtBot) -> None:
    made = KeyButton("确认，下一待填项", "Enter", look="accent")
    qtbot.addWidget(made)
    made.show()
    for label in made._worn:
        assert label.width() >= label.sizeHint().width()
