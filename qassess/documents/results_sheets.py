"""The workbook's sheets: which columns each has, which stored fields they carry, and their rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qassess import wording
from qassess.documents.report_content import listed
from qassess.documents.results_answers import answer_columns, answer_rows
from qassess.documents.results_words import Titles, block_words, body_name, state_words
from qassess.documents.workbook_sheet import Column, Value, exact_beside
from qassess.domain.payloads import EvidenceRecord
from qassess.domain.ranking import Line, Table
from qassess.domain.results import Results, checklist_of, section_results
from qassess.domain.scheme import Item, Section
from qassess.domain.score_sheet import ItemScore, State
from qassess.i18n import _, pgettext


@dataclass(frozen=True)
class SheetPlan:
    """One sheet: name, what it shows, columns, rows; ``frozen`` columns stay; ``shaded`` is the range of a heat map.

    ``carries``: stored fields that are not columns but the sheet as a whole.
    """

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Value]]
    frozen: int = 1
    shaded: range | None = None
    carries: tuple[str, ...] = ()


def ranking_sheet(titles: Titles) -> SheetPlan:
    """Place, total, grade, distances to the neighbours, state and what keeps a result from being final."""
    results = titles.results
    columns = (
        Column(pgettext("sheet", "Place"), 6),
        Column(pgettext("column", "Body"), 24, fields=("ScoreSheet.body", "AssessmentRecord.body")),
        Column(pgettext("sheet", "Kind"), 13),
        Column(pgettext("column", "Total"), 8, _total_format(results), fields=("ScoreSheet.total",)),
        Column(pgettext("sheet", "Total, unrounded"), 13, fields=("ScoreSheet.total_unrounded",)),
        Column(pgettext("sheet", "Total, exact"), 14),
        Column(pgettext("column", "Grade"), 8, fields=("ScoreSheet.grade",)),
        Column(pgettext("sheet", "Grade before caps"), 9, fields=("ScoreSheet.computed_grade",)),
        Column(pgettext("sheet", "Sharing the place"), 8),
        Column(pgettext("sheet", "To the place before"), 9),
        Column(pgettext("sheet", "To the place after"), 9),
        Column(pgettext("sheet", "Next grade"), 8),
        Column(pgettext("sheet", "Points to it"), 8),
        Column(pgettext("column", "State"), 9, fields=("ScoreSheet.complete",)),
        Column(pgettext("sheet", "Not final because"), 44, wrap=True, fields=("ScoreSheet.provisional",)),
        Column(pgettext("sheet", "Way to the total"), 70, wrap=True, fields=("ScoreSheet.facts",)),
        Column(pgettext("sheet", "Scheme"), 16, fields=("ScoreSheet.scheme_id",)),
        Column(pgettext("sheet", "Version"), 8, fields=("ScoreSheet.scheme_version",)),
        Column(
            pgettext("sheet", "Scheme, SHA-256"), 20, fields=("ScoreSheet.scheme_sha256", "AssessmentRecord.scheme")
        ),
        Column(pgettext("sheet", "Checklist"), 10, fields=("ScoreSheet.body_class", "AssessmentRecord.checklist")),
        Column(pgettext("sheet", "Year"), 7, fields=("ScoreSheet.year", "AssessmentRecord.year")),
        Column(pgettext("sheet", "Round"), 9, fields=("ScoreSheet.round", "AssessmentRecord.round")),
        Column(pgettext("sheet", "Assessment"), 18),
    )
    rows = (_ranking_row(table, line) for table in results.tables for line in table.lines)
    note = " ".join(f"{titles.table(table)}：{titles.standing(table)}" for table in results.tables)
    return SheetPlan(pgettext("sheet", "Ranking"), note, columns, rows, frozen=2)


def _total_format(results: Results) -> str:
    places = max((table.scheme.scheme.total.places for table in results.tables), default=1)
    return f"0.{'0' * places}" if places else "0"


def _ranking_row(table: Table, line: Line) -> Sequence[Value]:
    scheme, sheet = table.scheme.scheme, line.sheet
    reasons = [*block_words(line), *map(wording.say_provisional, sheet.provisional)]
    return (
        line.place,
        body_name(line.body),
        wording.say_kind(table.kind),
        line.total,
        line.unrounded,
        exact_beside(line.unrounded),
        wording.say_grade(scheme, line.grade),
        wording.say_grade(scheme, sheet.computed_grade),
        line.sharing if line.place is not None else None,
        line.ahead,
        line.behind,
        None if line.next_grade is None else wording.say_grade(scheme, line.next_grade),
        line.to_next_grade,
        state_words(line),
        "\n".join(dict.fromkeys(reasons)),
        "\n".join(map(wording.say_fact, sheet.facts)),
        sheet.scheme_id,
        sheet.scheme_version,
        sheet.scheme_sha256,
        sheet.body_class,
        sheet.year,
        sheet.round,
        line.assessment,
    )


def heat_sheet(titles: Titles) -> SheetPlan:
    """Sections × bodies: the share earned in percent, shaded; beside it points and attainable points."""
    sections = _sections(titles.results)
    shares = [
        Column(_("{section} (%)").format(section=wording.in_language(known.title)), 10, "0.0") for known in sections
    ]
    points = [
        Column(head.format(section=wording.in_language(known.title)), 10, fields=fields)
        for known in sections
        for head, fields in (
            (_("{section}, points"), ("SectionScore.section", "SectionScore.points")),
            (_("{section}, attainable"), ("SectionScore.due",)),
            (_("{section}, counted"), ("SectionScore.scaled",)),
        )
    ]
    columns = (Column(pgettext("sheet", "Place"), 6), Column(pgettext("column", "Body"), 24), *shares, *points)
    rows = (_heat_row(table, line, sections) for table in titles.results.tables for line in table.lines)
    note = _("Share = points ÷ attainable points in percent; counted = rescaled to the full points.")
    return SheetPlan(
        pgettext("sheet", "Sections"),
        note,
        columns,
        rows,
        frozen=2,
        shaded=range(2, 2 + len(sections)),
        carries=("ScoreSheet.sections",),
    )


def _sections(results: Results) -> tuple[Section, ...]:
    known = {section.id: section for table in results.tables for section in table.sections}
    return tuple(known.values())


def _heat_row(table: Table, line: Line, sections: tuple[Section, ...]) -> Sequence[Value]:
    cells = dict(zip((section.id for section in table.sections), section_results(table, line), strict=True))
    found = [cells.get(section.id) for section in sections]
    shares = [None if cell is None or cell.share is None else 100 * cell.share for cell in found]
    points = [
        value for cell in found for value in ((None,) * 3 if cell is None else (cell.points, cell.due, cell.scaled))
    ]
    return (line.place, body_name(line.body), *shares, *points)


def section_sheet(titles: Titles) -> SheetPlan:
    """One row a section of a body: how full, attainable, answered and counted points come about."""
    columns = (
        Column(pgettext("column", "Body"), 24),
        Column(pgettext("sheet", "Section"), 16),
        Column(pgettext("sheet", "Full points"), 10, fields=("SectionScore.full",)),
        Column(pgettext("sheet", "Attainable"), 10),
        Column(pgettext("sheet", "Attainable, answered"), 10, fields=("SectionScore.answered",)),
        Column(pgettext("sheet", "Points"), 10),
        Column(pgettext("sheet", "Counted"), 10),
        Column(pgettext("sheet", "Counted, exact"), 16),
        Column(pgettext("sheet", "Open items"), 8, fields=("SectionScore.open_items",)),
    )
    return SheetPlan(
        pgettext("sheet", "Section points"), _("Every section of every body."), columns, _section_rows(titles.results)
    )


def _section_rows(results: Results) -> Iterator[Sequence[Value]]:
    for table in results.tables:
        names = {known.id: wording.in_language(known.title) for known in table.scheme.scheme.sections}
        for line in table.lines:
            for score in line.sheet.sections:
                yield (
                    body_name(line.body),
                    names[score.section],
                    score.full,
                    score.due,
                    score.answered,
                    score.points,
                    score.scaled,
                    exact_beside(score.scaled),
                    score.open_items,
                )


def items_sheet(titles: Titles) -> SheetPlan:
    """Items × bodies: points, or how the item stands where it has none."""
    lines = titles.results.lines
    columns = (
        Column(pgettext("sheet", "Item"), 30, wrap=True),
        Column(pgettext("sheet", "Item code"), 22),
        Column(pgettext("sheet", "Section"), 12),
        Column(pgettext("sheet", "Kind of item"), 10),
        *(Column(body_name(line.body), 10) for line in lines),
    )
    note = _("Points of every item; a word where an item has none; empty where a body is not asked it.")
    return SheetPlan(
        pgettext("sheet", "Items"), note, columns, _item_rows(titles.results), frozen=1, carries=("ScoreSheet.items",)
    )


def _item_rows(results: Results) -> Iterator[Sequence[Value]]:
    lines = results.lines
    for item, section in _items(results).values():
        cells = [_item_cell(line.sheet.items.get(item.id)) for line in lines]
        named = (
            wording.in_language(item.title),
            item.id,
            wording.in_language(section.title),
            wording.say_role(item.role),
        )
        yield (*named, *cells)


def _items(results: Results) -> dict[str, tuple[Item, Section]]:
    """Return the items that any of the bodies is asked, in the order of their checklists."""
    known: dict[str, tuple[Item, Section]] = {}
    for table in results.tables:
        asked: dict[str, tuple[Item, Section]] = {}
        for body_class in {line.sheet.body_class: line for line in table.lines}.values():
            asked |= {
                item.id: (item, section) for section, items in checklist_of(body_class).sections for item in items
            }
        known |= {item_id: found for item_id, found in asked.items() if item_id not in known}
    return known


def _item_cell(score: ItemScore | None) -> Value:
    if score is None:
        return None
    return (
        score.points
        if score.points is not None
        else pgettext("sheet", "n/a")
        if score.state is State.NOT_APPLICABLE
        else _state(score)
    )


def _state(score: ItemScore) -> str:
    return wording.say_state(score.state)


def answers_sheet(titles: Titles) -> SheetPlan:
    """Everything entered and every derivation."""
    rows = (row for line in titles.results.lines for row in answer_rows(line))
    note = _("Numbers as they were typed; answers inside an answer in the form in which they are stored.")
    return SheetPlan(pgettext("sheet", "Answers and derivations"), note, answer_columns(), rows, frozen=3)


def groups_sheet(titles: Titles) -> SheetPlan:
    """Bonus and penalty groups, and every veto or downgrade, also those that did not happen."""
    columns = (
        Column(pgettext("column", "Body"), 24),
        Column(pgettext("sheet", "Group or item"), 30, fields=("GroupScore.group", "GateState.item")),
        Column(pgettext("sheet", "Sum"), 9, fields=("GroupScore.raw",)),
        Column(pgettext("sheet", "Counted"), 9, fields=("GroupScore.points",)),
        Column(pgettext("sheet", "Repetitions not counted"), 24, fields=("GroupScore.dropped",)),
        Column(pgettext("sheet", "Occurred"), 9, fields=("GateState.occurred",)),
        Column(pgettext("sheet", "Confirmed"), 9, fields=("GateState.confirmed",)),
        Column(pgettext("sheet", "In force"), 9, fields=("GateState.in_force",)),
        Column(pgettext("sheet", "Derivation"), 60, fields=("GateState.facts",), wrap=True),
    )
    note = _("Bonus and penalty groups after dropping repetitions and capping; vetoes and downgrades.")
    carried = ("ScoreSheet.groups", "ScoreSheet.gates")
    return SheetPlan(
        pgettext("sheet", "Bonus, penalty, veto"), note, columns, _group_rows(titles.results), carries=carried
    )


def _group_rows(results: Results) -> Iterator[Sequence[Value]]:
    for table in results.tables:
        scheme = table.scheme.scheme
        groups = {known.id: wording.in_language(known.title) for known in scheme.groups}
        items = {known.id: wording.in_language(known.title) for known in scheme.items}
        for line in table.lines:
            name = body_name(line.body)
            for group in line.sheet.groups:
                dropped = listed(items[item] for item in group.dropped)
                yield (name, groups.get(group.group, group.group), group.raw, group.points, dropped, *(None,) * 4)
            for gate in line.sheet.gates:
                facts = "\n".join(map(wording.say_fact, gate.facts))
                states = (gate.occurred, gate.confirmed, gate.in_force)
                yield (name, items[gate.item], *(None,) * 3, *states, facts)


def evidence_sheet(titles: Titles) -> SheetPlan:
    """Return the index of evidence: one row a piece and item."""
    fields = ("title", "number", "dated", "issuer", "pages", "caption", "name", "mime", "size", "withdrawn", "sha256")
    heads = (
        (pgettext("sheet", "Title"), 30),
        (pgettext("sheet", "Document number"), 20),
        (pgettext("sheet", "Dated"), 11),
        (pgettext("sheet", "Issued by"), 20),
        (pgettext("sheet", "Pages"), 7),
        (pgettext("sheet", "Caption"), 24),
        (pgettext("sheet", "File"), 24),
        (pgettext("sheet", "Kind of file"), 16),
        (pgettext("sheet", "Size, bytes"), 11),
        (pgettext("sheet", "Withdrawn"), 8),
        (pgettext("sheet", "SHA-256"), 66),
    )
    columns = (
        Column(pgettext("column", "Body"), 24),
        Column(pgettext("sheet", "No."), 7),
        Column(pgettext("sheet", "Item"), 30),
        *(
            Column(head, width, fields=(f"EvidenceRecord.{name}",))
            for name, (head, width) in zip(fields, heads, strict=True)
        ),
    )
    note = _("Evidence by item; the files lie beside the database, each under its SHA-256.")
    return SheetPlan(
        pgettext("sheet", "Evidence"), note, columns, _evidence_rows(titles.results.lines, fields), frozen=3
    )


def _evidence_rows(lines: Iterable[Line], fields: Sequence[str]) -> Iterator[Sequence[Value]]:
    """Yield each item's evidence, then what is kept but belongs to no item (any more)."""
    for line in lines:
        name, checklist, records = body_name(line.body), checklist_of(line), line.contender.evidence
        used = set()
        for item in checklist.items:
            entry = line.contender.answers.entries.get(item.id)
            for sha in entry.evidence if entry else ():
                used.add(sha)
                named = (name, checklist.codes[item.id], wording.in_language(item.title))
                yield (*named, *_evidence_row(records.get(sha, EvidenceRecord(sha256=sha, name="")), fields))
        for sha in sorted(records.keys() - used):
            yield (name, None, None, *_evidence_row(records[sha], fields))


def _evidence_row(record: EvidenceRecord, fields: Sequence[str]) -> tuple[Value, ...]:
    return tuple(getattr(record, name) or None for name in fields)
