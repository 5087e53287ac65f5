"""What the results' papers share: their title, notices, and how a body, a state and a number are written."""

from dataclasses import dataclass
from fractions import Fraction

from qassess import wording
from qassess.documents.report_content import NOTHING, listed, tight
from qassess.domain.bodies import Body
from qassess.domain.exact import exact_to_text
from qassess.domain.ranking import Line, Table
from qassess.domain.results import Results
from qassess.domain.scheme import Basis, Scheme
from qassess.i18n import _, language


def body_name(body: Body) -> str:
    """Return a body's full name in the language of the paper."""
    return body.name_en if language() == "en" and body.name_en else body.printed


def notice_of(scheme: Scheme) -> str:
    """Return the notice every paper bears while a scheme is not official; empty for an official one."""
    if scheme.status == "official":
        return ""
    if scheme.notice is not None:
        return wording.in_language(scheme.notice)
    return _("Sample scheme, not official") if scheme.status == "sample" else _("Draft scheme, not official")


def basis_words(basis: Basis) -> str:
    """Return a document as it is cited: 《title》（number）."""
    if not basis.number:
        return _("“{title}”").format(title=basis.title)
    return _("“{title}” ({number})").format(title=basis.title, number=basis.number)


@dataclass(frozen=True)
class Titles:
    """The headings of the results of one year and round."""

    results: Results

    @property
    def title(self) -> str:
        """The name of the whole."""
        return _("Results of the Quality City Assessment, {year}").format(year=self.results.year)

    @property
    def round(self) -> str:
        """Which round, empty for the annual one."""
        return "" if self.results.round == "annual" else _("Round: {round}").format(round=self.results.round)

    @property
    def notice(self) -> str:
        """The notices of all schemes ranked, each once."""
        return listed(dict.fromkeys(filter(None, (notice_of(table.scheme.scheme) for table in self.results.tables))))

    def table(self, table: Table) -> str:
        """Return the heading of a table; with the scheme's version where there are several that cannot be compared."""
        kind = wording.say_kind(table.kind)
        if table.comparable:
            return kind
        return _("{kind}, scheme {version} ({digest})").format(
            kind=kind, version=table.scheme.scheme.version, digest=table.scheme.sha256[:8]
        )

    def standing(self, table: Table) -> str:
        """Say how many results of a table can be published, and whether its round is closed."""
        said = _("{ready} of {count} results can be published.").format(ready=table.publishable, count=len(table.lines))
        return said + (_(" The round is closed.") if table.closed else "")


def place_words(line: Line) -> str:
    """Return a place, a dash for none."""
    return NOTHING if line.place is None else str(line.place)


def total_words(table: Table, line: Line) -> str:
    """Return a total as every table shows it."""
    return wording.total_points(table.scheme.scheme, line.total)


def state_words(line: Line) -> str:
    """Return how a result stands."""
    return wording.say_line_state(line.state)


def block_words(line: Line) -> tuple[str, ...]:
    """Return every reason why a result cannot be published."""
    return tuple(tight(wording.say_block(block.code, block.values)) for block in line.blocks)


def exact_words(value: Fraction | None) -> str:
    """Return a number exactly, also as ``n/d``; empty for none."""
    return "" if value is None else exact_to_text(value)


def party_name(body: Body) -> str:
    """Return who answers for a result: of a place its government, of a unit itself."""
    is_place = body.kind in ("city", "county") and body.code
    return _("People's Government of {place}").format(place=body_name(body)) if is_place else body_name(body)
