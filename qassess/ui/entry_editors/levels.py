"""Editor of an option: one level as a big button with its descriptor, digit and points."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from qassess.domain.answers import Answer
from qassess.domain.exact import exact_to_text
from qassess.domain.rules import Level, Option
from qassess.i18n import _
from qassess.ui.entry_editors.base import EntryEditor, Labelled, NumberField
from qassess.ui.icons import pixmap
from qassess.ui.texts import shown, without_blanks
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import LineField, column, inside, keycap, restyle, row, text

IN_A_ROW = 4


class LevelButton(QPushButton):
    """One choice as a card: title, its key, what it means, what it gives."""

    def __init__(self, tokens: Tokens, title: str, digit: int, descriptor: str, points: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("look", "level")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(words for words in (descriptor, points) if words))
        self._mark = QLabel()
        self._mark.setPixmap(pixmap("full", tokens.accent))
        self._mark.hide()
        head = row(text(title, "strong", wrap=True), keycap(str(digit)), spacing=8)
        head.setStretch(0, 1)
        head.setAlignment(Qt.AlignmentFlag.AlignTop)
        laid = column(head, spacing=8)
        self._descriptor = text(descriptor, "second", wrap=True)
        self._descriptor.setVisible(bool(descriptor))
        laid.addWidget(self._descriptor)
        laid.addStretch(1)
        given = text(points, "strong")
        given.setMinimumHeight(px(20))
        laid.addLayout(row(given, None, self._mark))
        inside(self, laid, 14, 12)
        self._labels = self.findChildren(QLabel)
        for label in self._labels:
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.toggled.connect(self._show_chosen)

    def _show_chosen(self, chosen: bool) -> None:
        self._mark.setVisible(chosen)
        restyle(self._descriptor, worn="chosen" if chosen else "")

    def hasHeightForWidth(self) -> bool:
        """Its words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height its wrapped words need."""
        for label in self._labels:
            label.ensurePolished()
        laid = self.layout()
        return laid.totalHeightForWidth(width) if laid else super().heightForWidth(width)

    def sizeHint(self) -> QSize:
        """Return a comfortable card."""
        return QSize(176, self.heightForWidth(176))

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest card on which words still read well."""
        return QSize(132, self.heightForWidth(132) if self.width() < 132 else self.heightForWidth(self.width()))


class CardsEditor(EntryEditor):
    """A set of cards of which one is chosen, by click, by Space on it, or by its digit."""

    def __init__(self, cards: tuple[LevelButton, ...]) -> None:
        super().__init__()
        self.cards = cards
        self._chosen: int | None = None
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        across = IN_A_ROW if len(cards) > 3 else max(len(cards), 2)
        for place, card in enumerate(cards):
            grid.addWidget(card, place // across, place % across)
            grid.setColumnStretch(place % across, 1)
            card.clicked.connect(self._on_click(place + 1))
        self._below = column(spacing=12)
        holder = QWidget()
        holder.setLayout(grid)
        inside(self, column(holder, self._below, spacing=12))

    def _on_click(self, number: int) -> Callable[..., None]:
        return lambda *_: self.choose(number)

    @property
    def chosen(self) -> int | None:
        """The number of the chosen card, 1 = first."""
        return self._chosen

    def choose(self, number: int) -> None:
        """Choose a card as the user does."""
        self.show_chosen(number)
        self.edited.emit()
        self.finished.emit()

    def show_chosen(self, number: int | None) -> None:
        """Show which card is chosen."""
        self._chosen = number
        for place, card in enumerate(self.cards, 1):
            card.setChecked(place == number)

    def press_digit(self, digit: int) -> bool:
        """Choose by digit."""
        if not 1 <= digit <= len(self.cards):
            return False
        self.choose(digit)
        return True

    def fields(self) -> tuple[QWidget, ...]:
        """Return the cards."""
        return self.cards


class LevelsEditor(CardsEditor):
    """Levels of an option; a level whose points are a range asks for the points and the reason."""

    def __init__(self, tokens: Tokens, rule: Option) -> None:
        self._levels = rule.levels
        super().__init__(
            tuple(
                LevelButton(tokens, shown(level.label), number, shown(level.descriptor), _points(level))
                for number, level in enumerate(rule.levels, 1)
            )
        )
        self._points = NumberField(name=_("Points within the level"), unit=_("points"))
        self._reason = LineField(name=_("Reason for these points"))
        self._discretion = inside(
            QWidget(),
            row(
                Labelled(_("Points within the level"), self._points),
                Labelled(_("Reason for these points"), self._reason),
                spacing=12,
            ),
        )
        self._below.addWidget(self._discretion)
        self._discretion.hide()
        self.watch((self._points, self._reason))

    def show_chosen(self, number: int | None) -> None:
        """Show the chosen level, and the discretion it opens."""
        super().show_chosen(number)
        if hasattr(self, "_discretion"):
            self._discretion.setVisible(self._is_range)

    @property
    def _is_range(self) -> bool:
        chosen = self.chosen
        return chosen is not None and chosen <= len(self._levels) and self._levels[chosen - 1].points_to is not None

    def show_answer(self, answer: Answer) -> None:
        """Show the chosen level with its points and reason."""
        self._points.show_text(answer.points or "")
        self._reason.show_text(answer.reason or "")
        self.show_chosen(answer.option)

    def answer(self) -> Answer:
        """Return the level; points and reason where it is a range."""
        if not self._is_range:
            return Answer(option=self.chosen)
        return Answer(option=self.chosen, points=self._points.typed, reason=without_blanks(self._reason.text()))

    def fields(self) -> tuple[QWidget, ...]:
        """Return the cards, then the discretion's fields."""
        return (*self.cards, self._points, self._reason)

    def named_fields(self) -> dict[str, LineField]:
        """Return the discretion's fields."""
        return {"points": self._points, "reason": self._reason}

    def focus_first(self) -> None:
        """Put the focus on the chosen card, else on the first."""
        self.cards[(self.chosen or 1) - 1 if (self.chosen or 1) <= len(self.cards) else 0].setFocus()


def _points(level: Level) -> str:
    low = exact_to_text(level.points)
    if level.points_to is None:
        return _("{points} points").format(points=low)
    return _("{low} to {high} points").format(low=low, high=exact_to_text(level.points_to))
