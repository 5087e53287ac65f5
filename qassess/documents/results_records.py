"""The workbook's sheets of records: agreements, targets, people, signatures, certificates; and what is left out."""

from collections.abc import Iterator, Sequence
from typing import Final

from qassess import wording
from qassess.documents.report_content import listed, moment
from qassess.documents.results_sheets import SheetPlan
from qassess.documents.results_words import Titles, basis_words, body_name
from qassess.documents.workbook_sheet import Column, Value, typed
from qassess.domain.agreement import Level, Origin
from qassess.domain.certificate import CertificateRecord
from qassess.domain.exact import exact_from_text
from qassess.domain.payloads import SignatureRecord
from qassess.domain.ranking import Line, Table
from qassess.domain.results import Results
from qassess.i18n import _, later, pgettext

LEFT_OUT: Final = {
    "SignatureRecord.heads": later("the ids of all revisions signed, some hundred of them; their number is shown"),
    "EvidenceRecord.rotation": later("how a picture is turned on the screen; it says nothing of the piece itself"),
}
"""Stored fields that are not in the workbook, and why; listed on its last sheet."""


_LEVELS: Final = {
    Level.CITY_COUNTY: later("city and county"),
    Level.CITY_DEPARTMENT: later("city and department"),
    Level.COUNTY_DEPARTMENT: later("county and department"),
}
_ORIGINS: Final = {
    Origin.PLAN: later("the plan's"),
    Origin.INTERIM: later("the year's interim value"),
    Origin.SHARE: later("share of the city's total"),
    Origin.OVERRIDE: later("agreed otherwise"),
}


def agreements_sheet(titles: Titles) -> SheetPlan:
    """Return the responsibility agreements, one row a body, and reopened versions."""
    columns = (
        Column(pgettext("column", "Body"), 24, fields=("Agreement.party_b",)),
        Column(pgettext("sheet", "Agreement number"), 22, fields=("Agreement.number",)),
        Column(pgettext("sheet", "Between"), 18, fields=("Agreement.level",)),
        Column(pgettext("sheet", "Party A"), 12, fields=("Agreement.party_a",)),
        Column(pgettext("sheet", "Year"), 7, fields=("Agreement.year",)),
        Column(pgettext("sheet", "Signed on"), 11, fields=("Agreement.signed_on",)),
        Column(pgettext("sheet", "First responsible"), 14, fields=("Agreement.first_responsible", "Leader.name")),
        Column(pgettext("sheet", "Post"), 12, fields=("Leader.post",)),
        Column(pgettext("sheet", "Directly responsible"), 14, fields=("Agreement.directly_responsible",)),
        Column(pgettext("sheet", "Post"), 12),
        Column(
            pgettext("sheet", "Versions taken up again"),
            50,
            wrap=True,
            fields=("AssessmentRecord.reopened", "Reopening.digest", "Reopening.reason"),
        ),
    )
    rows = (_agreement_row(line) for line in titles.results.lines)
    note = _("What was agreed, and which signed versions were taken up again and why.")
    return SheetPlan(pgettext("sheet", "Agreements"), note, columns, rows, carries=("AssessmentRecord.agreement",))


def _agreement_row(line: Line) -> Sequence[Value]:
    record = line.contender.record
    agreed = record.agreement
    first, direct = agreed.first_responsible, agreed.directly_responsible
    reopened = "\n".join(f"{known.digest}: {known.reason}" for known in record.reopened)
    parties = (body_name(line.body), agreed.number, _(_LEVELS[agreed.level]), agreed.party_a)
    return (*parties, agreed.year, agreed.signed_on, first.name, first.post, direct.name, direct.post, reopened)


def targets_sheet(titles: Titles) -> SheetPlan:
    """Return the agreed targets."""
    columns = (
        Column(pgettext("column", "Body"), 24),
        Column(pgettext("sheet", "Item code"), 30),
        Column(pgettext("sheet", "Agreed target"), 14, fields=("AgreedTarget.value",)),
        Column(pgettext("sheet", "Origin"), 12, fields=("AgreedTarget.origin",)),
        Column(pgettext("sheet", "Reason"), 40, fields=("AgreedTarget.reason",)),
    )
    note = _("Targets as agreed; the origin says whether the plan, an interim value or a share of the city's is meant.")
    return SheetPlan(
        pgettext("sheet", "Targets"),
        note,
        columns,
        _target_rows(titles.results),
        frozen=2,
        carries=("Agreement.targets",),
    )


def _target_rows(results: Results) -> Iterator[Sequence[Value]]:
    for line in results.lines:
        for key, target in line.contender.record.agreement.targets.items():
            yield (body_name(line.body), key, typed(target.value), _(_ORIGINS[target.origin]), target.reason)


def people_sheet(titles: Titles) -> SheetPlan:
    """Return the assessing groups and their visits."""
    columns = (
        Column(pgettext("column", "Body"), 24),
        Column(pgettext("sheet", "Name"), 14, fields=("TeamMember.name",)),
        Column(pgettext("sheet", "Unit"), 20, fields=("TeamMember.unit",)),
        Column(pgettext("sheet", "Role"), 12, fields=("TeamMember.role",)),
        Column(pgettext("sheet", "Sections assigned"), 24, fields=("TeamMember.sections",)),
        Column(pgettext("sheet", "Date of visit"), 12, fields=("SiteVisit.date",)),
        Column(pgettext("sheet", "Place of visit"), 30, fields=("SiteVisit.place",)),
        Column(pgettext("sheet", "Met"), 24, fields=("SiteVisit.met",)),
    )
    carried = ("Agreement.team", "Agreement.visits")
    note = _("Members of the assessing groups, then visits.")
    return SheetPlan(
        pgettext("sheet", "Group and visits"), note, columns, _people_rows(titles.results), carries=carried
    )


def _people_rows(results: Results) -> Iterator[Sequence[Value]]:
    for line in results.lines:
        name, agreed = body_name(line.body), line.contender.record.agreement
        for member in agreed.team:
            role = wording.say_signer(member.role)
            yield (name, member.name, member.unit, role, listed(member.sections), *(None,) * 3)
        for visit in agreed.visits:
            yield (name, *(None,) * 4, visit.date, visit.place, visit.met)


def signatures_sheet(titles: Titles) -> SheetPlan:
    """Return who signed which digest."""
    columns = (
        Column(pgettext("column", "Body"), 24),
        Column(pgettext("sheet", "Role"), 26, fields=("SignatureRecord.role",)),
        Column(pgettext("sheet", "Name"), 14, fields=("SignatureRecord.name",)),
        Column(pgettext("sheet", "Unit"), 20, fields=("SignatureRecord.unit",)),
        Column(pgettext("sheet", "Signed at (UTC)"), 20, fields=("SignatureRecord.signed_at",)),
        Column(pgettext("sheet", "Opinion"), 30, fields=("SignatureRecord.opinion",), wrap=True),
        Column(pgettext("sheet", "Digest signed"), 66, fields=("SignatureRecord.digest",)),
        Column(pgettext("sheet", "Certificate"), 66, fields=("SignatureRecord.certificate",)),
        Column(pgettext("sheet", "Signed file"), 66, fields=("SignatureRecord.pdf",)),
        Column(pgettext("sheet", "Revisions signed"), 10),
    )
    rows = (_signature_row(line, given) for line in titles.results.lines for given in line.contender.signatures)
    return SheetPlan(pgettext("sheet", "Signatures"), _("Signatures on the version in force."), columns, rows)


def _signature_row(line: Line, given: SignatureRecord) -> Sequence[Value]:
    signer = (body_name(line.body), wording.say_signer(given.role), given.name, given.unit, given.signed_at)
    return (*signer, given.opinion, given.digest, given.certificate, given.pdf, len(given.heads))


def certificates_sheet(titles: Titles) -> SheetPlan:
    """Return the certificates issued."""
    series = ("number", "prefix", "year", "running", "round", "grade", "total", "place", "issuer")
    names = (*series, "issued_at", "replaces", "digest")
    heads = (
        (pgettext("sheet", "Number"), 26),
        (pgettext("sheet", "Series"), 14),
        (pgettext("sheet", "Year"), 7),
        (pgettext("sheet", "Running number"), 9),
        (pgettext("sheet", "Round"), 9),
        (pgettext("column", "Grade"), 8),
        (pgettext("column", "Total"), 8),
        (pgettext("sheet", "Place"), 7),
        (pgettext("sheet", "Issued by"), 30),
        (pgettext("sheet", "Issued at (UTC)"), 20),
        (pgettext("sheet", "Takes the place of"), 26),
        (pgettext("sheet", "Digest signed"), 66),
    )
    columns = (
        Column(pgettext("column", "Body"), 24, fields=("CertificateRecord.body",)),
        *(
            Column(head, width, fields=(f"CertificateRecord.{name}",))
            for name, (head, width) in zip(names, heads, strict=True)
        ),
    )
    rows = (_certificate_row(line, issued) for line in titles.results.lines for issued in line.contender.certificates)
    return SheetPlan(pgettext("sheet", "Certificates"), _("Certificates issued so far."), columns, rows, frozen=2)


def _certificate_row(line: Line, issued: CertificateRecord) -> Sequence[Value]:
    grade = wording.say_grade(line.contender.scheme.scheme, issued.grade)
    series = (issued.number, issued.prefix, issued.year, issued.running, issued.round)
    result = (grade, exact_from_text(issued.total) if issued.total else None, issued.place or None)
    return (body_name(line.body), *series, *result, issued.issuer, issued.issued_at, issued.replaces, issued.digest)


def about_sheet(titles: Titles, sheets: Sequence[tuple[str, int]]) -> SheetPlan:
    """Say what the workbook is and rests on, what each sheet holds, and what is left out and why."""
    columns = (Column(pgettext("sheet", "Subject"), 34), Column(pgettext("sheet", "What it is"), 90, wrap=True))
    return SheetPlan(
        pgettext("sheet", "About"),
        _("What this workbook holds and what it leaves out."),
        columns,
        _about_rows(titles, sheets),
    )


def _about_rows(titles: Titles, sheets: Sequence[tuple[str, int]]) -> Iterator[Sequence[Value]]:
    results = titles.results
    yield (pgettext("sheet", "Year and round"), f"{results.year} · {results.round}")
    yield (pgettext("sheet", "As of"), _("{moment} (Beijing time)").format(moment=moment(results.made_at)))
    for table in results.tables:
        yield (titles.table(table), _ranked_by(table))
        yield (pgettext("sheet", "Scheme, SHA-256"), table.scheme.sha256)
        yield (pgettext("sheet", "Standing"), titles.standing(table))
    if titles.notice:
        yield (pgettext("sheet", "Notice"), titles.notice)
    if results.waiting:
        yield (pgettext("sheet", "No assessment here yet"), listed(body_name(body) for body in results.waiting))
    for name, rows in sheets:
        yield (_("Sheet “{name}”").format(name=name), _("{count} rows").format(count=rows))
    yield (
        pgettext("sheet", "Numbers"),
        _(
            "Numbers are exact where their decimals end; others are rounded half up to ten places and stand exactly, "
            "as a fraction, in the column beside them."
        ),
    )
    for stored, reason in LEFT_OUT.items():
        yield (_("Left out: {field}").format(field=stored), _(reason))
    yield (
        pgettext("sheet", "Left out: history"),
        _("Earlier versions of answers; they are in the database, with who and when."),
    )
    yield (pgettext("sheet", "Left out: files of evidence"), _("They lie beside the database, each under its SHA-256."))


def _ranked_by(table: Table) -> str:
    scheme = table.scheme.scheme
    total = scheme.total
    rounded = _("total rounded {rounding} to {places} places").format(
        rounding=wording.say_rounding(total.rounding), places=total.places
    )
    named = f"{wording.in_language(scheme.title)} · {scheme.id} {scheme.version}"
    return listed([named, *(basis_words(basis) for basis in scheme.basis), rounded])
