"""The look: tokens of the three themes, and the one style sheet made from them.

Widgets never name a colour; they carry a ``role``, ``tone`` or ``look`` property the style sheet knows, or paint with
the tokens they are given.
"""

from dataclasses import asdict, dataclass
from functools import cache
from re import Match
from re import compile as pattern
from string import Template

from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from qassess.locations import resources

FAMILY = "Noto Sans SC"
TOUCH_TARGET = 44
POINTER_TARGET = 36
WHOLE = 100
LARGE = 150
THIN = 3
"""Pixels: lines and rings up to this are not made thicker with the text."""
_LENGTH = pattern(r"\b(\d+)px")


class _Scale:
    """How large everything is drawn, in percent of what the numbers in the screens say; one process, one look."""

    percent = WHOLE


def px(pixels: int) -> int:
    """Return a length of the screens as it is drawn now."""
    return pixels if _Scale.percent == WHOLE else round(pixels * _Scale.percent / WHOLE)


def is_large() -> bool:
    """Tell whether all is drawn so large that what stands side by side has to stand one above the other."""
    return _Scale.percent >= LARGE


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours of one theme, ``#rrggbb``; ``ring`` is the width of the focus ring in pixels."""

    name: str
    background: str
    card: str
    side: str
    ink: str
    second: str
    third: str
    line: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    good: str
    good_soft: str
    attention: str
    attention_soft: str
    wrong: str
    wrong_soft: str
    focus: str
    ring: int = 2
    accent_hover: str = ""

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return QColor(self.background).lightness() < 128


LIGHT = Tokens(
    name="light",
    background="#F4F5F2",
    card="#FFFFFF",
    side="#ECEEE9",
    ink="#1D2521",
    second="#56615B",
    third="#626D67",
    line="#D5DAD5",
    faint="#E6E9E5",
    accent="#1C5D54",
    accent_soft="#DCEBE7",
    on_accent="#FFFFFF",
    good="#1F7A46",
    good_soft="#E0F0E6",
    attention="#935A00",
    attention_soft="#F8EBD3",
    wrong="#B0302B",
    wrong_soft="#F8E1DF",
    focus="#C77700",
    accent_hover="#174D46",
)
DARK = Tokens(
    name="dark",
    background="#161A18",
    card="#1F2522",
    side="#1A1F1C",
    ink="#E8ECE9",
    second="#AAB4AE",
    third="#94A09A",
    line="#3A423D",
    faint="#2B322E",
    accent="#5FB8A8",
    accent_soft="#21403A",
    on_accent="#0D1513",
    good="#6CC492",
    good_soft="#1D3A2A",
    attention="#E5AE55",
    attention_soft="#3E311A",
    wrong="#F08A82",
    wrong_soft="#452422",
    focus="#FFB84D",
    accent_hover="#74C6B7",
)
OUTDOOR = Tokens(
    name="outdoor",
    background="#FFFFFF",
    card="#FFFFFF",
    side="#FFFFFF",
    ink="#000000",
    second="#000000",
    third="#202020",
    line="#000000",
    faint="#606060",
    accent="#003C33",
    accent_soft="#FFFFFF",
    on_accent="#FFFFFF",
    good="#004D20",
    good_soft="#FFFFFF",
    attention="#6B3A00",
    attention_soft="#FFFFFF",
    wrong="#8F0000",
    wrong_soft="#FFFFFF",
    focus="#0000C8",
    ring=3,
    accent_hover="#00574A",
)
THEMES = {tokens.name: tokens for tokens in (LIGHT, DARK, OUTDOOR)}


def style_sheet(tokens: Tokens, *, touch: bool = False) -> str:
    """Return the style sheet for a theme; ``touch`` makes every target at least 44 pixels high."""
    template = Template((resources() / "styles" / "qassess.qss").read_text(encoding="utf-8"))
    height = TOUCH_TARGET if touch else POINTER_TARGET
    icons, ground = resources() / "icons", "dark" if tokens.is_dark else "light"
    mark, arrow = ((icons / f"{name}-{ground}.svg").as_posix() for name in ("check", "arrow"))
    sheet = template.substitute(asdict(tokens), family=FAMILY, target=height, inner=height - 2, mark=mark, arrow=arrow)
    return sheet if _Scale.percent == WHOLE else _LENGTH.sub(_scaled_length, sheet)


def _scaled_length(found: Match[str]) -> str:
    length = int(found[1])
    return found[0] if length <= THIN else f"{px(length)}px"


def palette(tokens: Tokens) -> QPalette:
    """Return the palette for what the style sheet does not reach: placeholders, selections, native dialogs."""
    made = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, tokens.background),
        (QPalette.ColorRole.WindowText, tokens.ink),
        (QPalette.ColorRole.Base, tokens.card),
        (QPalette.ColorRole.AlternateBase, tokens.side),
        (QPalette.ColorRole.Text, tokens.ink),
        (QPalette.ColorRole.Button, tokens.card),
        (QPalette.ColorRole.ButtonText, tokens.ink),
        (QPalette.ColorRole.PlaceholderText, tokens.third),
        (QPalette.ColorRole.Highlight, tokens.accent),
        (QPalette.ColorRole.HighlightedText, tokens.on_accent),
        (QPalette.ColorRole.Link, tokens.accent),
        (QPalette.ColorRole.ToolTipBase, tokens.card),
        (QPalette.ColorRole.ToolTipText, tokens.ink),
    ):
        made.setColor(role, QColor(colour))
    return made


def apply_theme(application: QApplication, tokens: Tokens, *, touch: bool = False, percent: int = WHOLE) -> None:
    """Give the whole application one theme and size."""
    _Scale.percent = percent
    application.setFont(text_font(14))
    application.setPalette(palette(tokens))
    application.setStyleSheet(style_sheet(tokens, touch=touch))


@cache
def load_fonts() -> str:
    """Load the bundled screen font once and return its family; no system font is needed.

    The bold face is a file of its own, so that bold text is drawn, not smeared.
    """
    for name in ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf"):
        QFontDatabase.addApplicationFont(str(resources() / "fonts" / name))
    return FAMILY


def text_font(pixels: int, *, bold: bool = False) -> QFont:
    """Return the screen font with tabular figures, for painting."""
    font = QFont(FAMILY)
    font.setPixelSize(px(pixels))
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def start_look(
    application: QApplication, tokens: Tokens, language: str, *, touch: bool = False, percent: int = WHOLE
) -> None:
    """Load the font and theme; called once before the first window is made."""
    load_fonts()
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English))
    apply_theme(application, tokens, touch=touch, percent=percent)
