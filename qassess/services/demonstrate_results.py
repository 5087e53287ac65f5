"""The last part of the walk: two neighbours join the round, the office ranks, writes the workbook and certifies."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qassess.domain.answers import Answer, Entry
from qassess.domain.answers_file import AnswersFile
from qassess.domain.results import Results
from qassess.services.certificates import issue_certificates
from qassess.services.fill import fill
from qassess.services.results import results, write_results_pdf, write_workbook
from qassess.services.schemes import SAMPLE, find_scheme
from qassess.services.workspace import Workspace

# What the neighbours' invented answers have otherwise than the sample county's, by item.
_NEIGHBOURS: Mapping[str, Mapping[str, Answer]] = {
    "140427": {
        "prod-food-sampling": Answer(numerator="431", denominator="530"),
        "env-air-county": Answer(count="251"),
        "tour-satisfaction": Answer(value="78.5"),
        "org-council": Answer(option=2),
    },
    "140426": {
        "prod-city-sampling": Answer(numerator="229", denominator="240"),
        "env-air-county": Answer(count="283"),
        "org-council": Answer(option=4),
        "prod-agri-base": Answer(value="14"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The round as ranked, and the files written of it."""

    found: Results
    workbook: Path
    table: Path
    certificates: tuple[Path, ...]


def rank_sample(workspace: Workspace, sample: AnswersFile, signed: str, out: Path) -> Ranked:
    """Let two neighbours report with invented answers, rank the round, and certify the one county that has signed."""
    for body, changed in _NEIGHBOURS.items():
        entries = {item: _changed(entry, changed.get(item)) for item, entry in sample.entries.items()}
        fill(workspace, find_scheme(SAMPLE), replace(sample, body=body, entries=entries), "示范数据(虚构)")
    found = results(workspace, sample.year)
    workbook, table = out / f"考核结果-{sample.year}.xlsx", out / f"考核结果-{sample.year}.pdf"
    certificates = out / "certificates"
    for left in (workbook, table, *certificates.glob("*.pdf")):
        left.unlink(missing_ok=True)
    write_workbook(found, workbook)
    write_results_pdf(found, table)
    issued = issue_certificates(workspace, found, certificates, assessments=(signed,))
    return Ranked(found=found, workbook=workbook, table=table, certificates=issued.files)


def _changed(entry: Entry, answer: Answer | None) -> Entry:
    return entry if answer is None else replace(entry, answer=answer, note="")
