"""The rows of an agreement that come and go: the members of the assessing group, and the visits."""

from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

from qassess.domain.agreement import SiteVisit, TeamMember
from qassess.i18n import _, later
from qassess.ui.widgets import LineField, button, column, inside, row, text

ROLES: Final = {"leader": later("Leader of the group"), "member": later("Member of the group")}
FIRST_ROWS: Final = 3
NAMED_SECTIONS: Final = 2
PARTS_OF_A_DAY: Final = 3
Sections = tuple[tuple[str, str], ...]


class TeamRow(QWidget):
    """One member: name, unit, role, and the sections that are this member's (none chosen: all)."""

    def __init__(self, sections: Sections, removed: Callable[["TeamRow"], None]) -> None:
        super().__init__()
        self.name = LineField(name=_("Name of the member"), placeholder=_("Name"))
        self.unit = LineField(name=_("Unit of the member"), placeholder=_("Unit"))
        self.role = QComboBox()
        self.role.setAccessibleName(_("Role of the member"))
        for role, words in ROLES.items():
            self.role.addItem(_(words), role)
        self.sections = QPushButton()
        self._menu = QMenu(self.sections)
        self.sections.setMenu(self._menu)
        self._kept: tuple[str, ...] = ()
        self.remove = button(_("Remove"), look="tiny", pressed=lambda: removed(self))
        self.remove.setAccessibleName(_("Remove this member"))
        self.offer(sections)
        whole = row(self.name, self.unit, self.role, self.sections, self.remove, spacing=8)
        for place, share in enumerate((3, 4, 2, 5, 0)):
            whole.setStretch(place, share)
        inside(self, whole)

    def offer(self, sections: Sections) -> None:
        """Offer the sections of another checklist; those chosen stay chosen where it has them."""
        chosen = set(self._chosen() or self._kept)
        self._menu.clear()
        for section, title in sections:
            action = self._menu.addAction(title)
            action.setData(section)
            action.setCheckable(True)
            action.setChecked(section in chosen)
            action.toggled.connect(lambda *_: self._say())
        self._say()

    def show_member(self, member: TeamMember) -> None:
        """Show a member."""
        self.name.show_text(member.name)
        self.unit.show_text(member.unit)
        self.role.setCurrentIndex(max(self.role.findData(member.role), 0))
        self._kept = member.sections
        for action in self._actions():
            action.setChecked(str(action.data()) in member.sections)
        self._say()

    def _actions(self) -> list[QAction]:
        return list(self._menu.actions())

    def _chosen(self) -> tuple[str, ...]:
        return tuple(str(action.data()) for action in self._actions() if action.isChecked())

    def _say(self) -> None:
        titles = [action.text() for action in self._actions() if action.isChecked()]
        words = "、".join(titles) if titles else _("all sections")
        self.sections.setText(
            words if len(titles) <= NAMED_SECTIONS else _("{count} sections").format(count=len(titles))
        )
        self.sections.setToolTip(words)
        self.sections.setAccessibleName(_("Sections of this member: {sections}").format(sections=words))

    def member(self) -> TeamMember | None:
        """Return what is typed, ``None`` without a name."""
        name = self.name.text().strip()
        if not name:
            return None
        return TeamMember(
            name=name, unit=self.unit.text().strip(), role=str(self.role.currentData()), sections=self._chosen()
        )


class TeamRows(QWidget):
    """The assessing group; as many members as there are."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[TeamRow] = []
        self._sections: Sections = ()
        self._lines = column(spacing=6)
        self.add = button(_("Add a member"), look="flat", pressed=self._add_and_begin)
        inside(self, column(text(_("Assessing group"), "heading"), self._lines, row(self.add, None), None, spacing=8))
        self.show_team(())

    def show_team(self, team: tuple[TeamMember, ...]) -> None:
        """Show a group, and empty rows to go on in."""
        for known in tuple(self.rows):
            self._remove(known)
        for member in team:
            self._append().show_member(member)
        while len(self.rows) < FIRST_ROWS:
            role = "member" if self.rows else "leader"
            self._append().show_member(TeamMember(name="", role=role))

    def offer_sections(self, sections: Sections) -> None:
        """Offer the sections of a checklist to every member."""
        self._sections = sections
        for known in self.rows:
            known.offer(sections)

    def _append(self) -> TeamRow:
        made = TeamRow(self._sections, self._remove)
        self.rows.append(made)
        self._lines.addWidget(made)
        return made

    def _add_and_begin(self) -> None:
        made = self._append()
        made.show_member(TeamMember(name="", role="member"))
        made.name.setFocus()

    def _remove(self, known: TeamRow) -> None:
        self.rows.remove(known)
        self._lines.removeWidget(known)
        known.hide()
        known.deleteLater()

    def team(self) -> tuple[TeamMember, ...]:
        """Return the members typed, the leader first."""
        named = [member for known in self.rows if (member := known.member()) is not None]
        return tuple(sorted(named, key=lambda member: member.role != "leader"))

    def refusal(self) -> tuple[str, QWidget] | None:
        """Return what is wrong with the group and where, ``None`` where nothing is."""
        leaders = [known for known in self.rows if (member := known.member()) and member.role == "leader"]
        if len(leaders) > 1:
            return _("The group has one leader; make the others members."), leaders[1].role
        named = [known for known in self.rows if known.member()]
        if named and not leaders:
            return _("One of the group has to be its leader."), named[0].role
        return None


class VisitRow(QWidget):
    """One visit: its day, the place, the people met."""

    def __init__(self, removed: Callable[["VisitRow"], None]) -> None:
        super().__init__()
        self.date = LineField(name=_("Date of the visit"), placeholder="2025-01-14")
        self.date.setMaximumWidth(132)
        self.place = LineField(name=_("Place of the visit"), placeholder=_("Place of the visit"))
        self.met = LineField(name=_("People met"), placeholder=_("People met"))
        self.remove = button(_("Remove"), look="tiny", pressed=lambda: removed(self))
        self.remove.setAccessibleName(_("Remove this visit"))
        whole = row(self.date, self.place, self.met, self.remove, spacing=8)
        for place, share in enumerate((0, 3, 3, 0)):
            whole.setStretch(place, share)
        inside(self, whole)

    def show_visit(self, visit: SiteVisit) -> None:
        """Show a visit."""
        for field, words in ((self.date, visit.date), (self.place, visit.place), (self.met, visit.met)):
            field.show_text(words)

    def is_empty(self) -> bool:
        """Tell whether nothing is typed."""
        return not any(field.text().strip() for field in (self.date, self.place, self.met))

    def visit(self) -> SiteVisit:
        """Return what is typed."""
        day = read_day(self.date.text())
        typed = day.isoformat() if day is not None else self.date.text().strip()
        return SiteVisit(date=typed, place=self.place.text().strip(), met=self.met.text().strip())


class VisitRows(QWidget):
    """The visits, in the order of their days."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[VisitRow] = []
        self._lines = column(spacing=6)
        self.add = button(_("Add a visit"), look="flat", pressed=self._add_and_begin)
        inside(self, column(text(_("Site visits"), "heading"), self._lines, row(self.add, None), spacing=8))
        self.show_visits(())

    def show_visits(self, visits: tuple[SiteVisit, ...]) -> None:
        """Show visits, one empty row where there are none."""
        for known in tuple(self.rows):
            self._remove(known)
        for visit in visits:
            self._append().show_visit(visit)
        if not self.rows:
            self._append()

    def _append(self) -> VisitRow:
        made = VisitRow(self._remove)
        self.rows.append(made)
        self._lines.addWidget(made)
        return made

    def _add_and_begin(self) -> None:
        self._append().date.setFocus()

    def _remove(self, known: VisitRow) -> None:
        self.rows.remove(known)
        self._lines.removeWidget(known)
        known.hide()
        known.deleteLater()

    def visits(self) -> tuple[SiteVisit, ...]:
        """Return the visits typed, the earliest first."""
        typed = [known.visit() for known in self.rows if not known.is_empty()]
        return tuple(sorted(typed, key=lambda visit: visit.date))

    def refusal(self) -> tuple[str, QWidget] | None:
        """Return what is wrong with a visit and where, ``None`` where nothing is."""
        for known in self.rows:
            if known.is_empty():
                continue
            if read_day(known.date.text()) is None:
                return _("Write the day of the visit like 2025-01-14."), known.date
            if not known.place.text().strip():
                return _("Say where the visit was."), known.place
        return None


_DIGITS: Final = str.maketrans("０１２３４５６７８９．／－年月", "0123456789-----")
_DROPPED: Final = str.maketrans("./", "--", "日 \u3000")


def read_day(typed: str) -> date | None:
    """Read a plain day, as 2025-01-14, 2025.1.14 or 2025年1月14日; ``None`` for anything else."""
    parts = typed.translate(_DIGITS).translate(_DROPPED).split("-")
    if len(parts) != PARTS_OF_A_DAY or not all(part.isdecimal() for part in parts):
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
