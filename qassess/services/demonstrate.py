"""Walk the whole way once on invented figures: two laptops, one office, a signed report, a ranking, a certificate.

The figures are invented and say so in their file; the people are too. Everything written is named in the result.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from qassess.domain.agreement import Leader, SiteVisit, TeamMember
from qassess.domain.answers_file import AnswersFile, read_answers
from qassess.domain.receipt import Receipt
from qassess.domain.score_sheet import State
from qassess.locations import resources
from qassess.services.assessments import open_assessment, revise_agreement
from qassess.services.demonstrate_exchange import Exchanged, first_team, second_team, united
from qassess.services.demonstrate_results import Ranked, rank_sample
from qassess.services.evidence import attach_evidence
from qassess.services.files import read_file, write_whole
from qassess.services.fill import fill
from qassess.services.schemes import SAMPLE, find_scheme
from qassess.services.sign_off import make_report, sign_report
from qassess.services.verify import Verification, verify_file
from qassess.services.views import AssessmentView
from qassess.services.workspace import Workspace, open_workspace

PASSWORD = "qassess-demo"  # noqa: S105 - the invented people's identities are open to everybody
_PEOPLE = (
    ("leader", "李静", "市质监局"),
    ("member", "王强", "市食药监局"),
    ("representative", "张建国", "平顺县人民政府"),
)
DATABASE = "qassess-demo.db"
EXCHANGE = "exchange"
_LEFT_BY_US = (".db", ".qassess", ".pdf")


class Step(StrEnum):
    """The steps of the walk."""

    FILL = "fill"
    EVIDENCE = "evidence"
    EXPORT = "export"
    MERGE = "merge"
    DECIDE = "decide"
    REPORT = "report"
    SIGN = "sign"
    VERIFY = "verify"
    RANK = "rank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What the walk left behind."""

    database: Path
    report: Path
    identities: tuple[Path, ...]
    view: AssessmentView
    verification: Verification
    exchanged: Exchanged
    ranked: Ranked


def demonstrate(out: Path, *, tell: Callable[[Step], None]) -> Demonstration:
    """Run the whole way into a folder; what an earlier run left there under the same names is replaced.

    ``tell`` is called before each step.
    """
    out.mkdir(parents=True, exist_ok=True)
    _clear(out)
    exports = _from_two_laptops(out, tell)
    workspace = open_workspace(out / DATABASE, author="赵敏", device="考核办")
    try:
        tell(Step.MERGE)
        exchanged = united(workspace, exports, lambda: tell(Step.DECIDE))
        assessment = exchanged.conflict.assessment
        view = open_assessment(workspace, assessment)
        tell(Step.REPORT)
        report = out / f"{view.body.printed}-{view.record.year}-考核报告.pdf"
        make_report(workspace, assessment, report)
        tell(Step.SIGN)
        identities = _signed(workspace, report, out)
        tell(Step.VERIFY)
        verification = verify_file(report, against=workspace)
        tell(Step.RANK)
        ranked = rank_sample(workspace, _sample(), assessment, out)
        view = open_assessment(workspace, assessment)
    finally:
        workspace.close()
    return Demonstration(
        database=out / DATABASE,
        report=report,
        identities=identities,
        view=view,
        verification=verification,
        exchanged=exchanged,
        ranked=ranked,
    )


def _from_two_laptops(out: Path, tell: Callable[[Step], None]) -> tuple[tuple[Receipt, Path], ...]:
    """Let two teams assess the county apart; return their exports, the receipt with each."""
    folder = out / EXCHANGE
    folder.mkdir(exist_ok=True)
    tell(Step.FILL)
    laptop = open_workspace(folder / "lijing.db", author="李静", device="李静的笔记本")
    try:
        assessment = _filled(laptop)
        tell(Step.EVIDENCE)
        view = _evidenced(laptop, assessment, out)
        tell(Step.EXPORT)
        return first_team(laptop, assessment, folder), second_team(folder, view)
    finally:
        laptop.close()


def sample_answers() -> Path:
    """Return the invented answers of 平顺县 for 2024 that ship with the program."""
    return resources() / "schemes" / "demo" / "pingshun-2024.json"


def _sample() -> AnswersFile:
    path = sample_answers()
    return read_answers(read_file(path), path.name)


def fill_sample(workspace: Workspace) -> str:
    """Fill in the sample county and return the assessment's id."""
    return _filled(workspace)


def _clear(out: Path) -> None:
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (out / name).unlink(missing_ok=True)
    for role, *_person in _PEOPLE:
        (out / f"{role}.p12").unlink(missing_ok=True)
    for left in (out / EXCHANGE).glob("*"):
        if left.is_file() and left.suffix.removesuffix("-wal").removesuffix("-shm") in _LEFT_BY_US:
            left.unlink()


def _filled(workspace: Workspace) -> str:
    answers = _sample()
    view = fill(workspace, find_scheme(SAMPLE), answers, "示范数据(虚构)").view
    agreement = replace(
        view.agreement,
        number="长质责〔2024〕平顺(示范)",
        signed_on=f"{answers.year}-03-01",
        first_responsible=Leader(name="赵志远(虚构)", post="县长"),
        directly_responsible=Leader(name="孙立民(虚构)", post="副县长"),
        team=tuple(TeamMember(name=name, unit=unit, role=role) for role, name, unit in _PEOPLE[:2]),
        visits=(
            SiteVisit(date=f"{answers.year + 1}-01-14", place="平顺县政府会议室", met="张建国"),
            SiteVisit(
                date=f"{answers.year + 1}-01-15", place="青羊镇农贸市场、县污水处理厂", met="县市场监管、环保人员"
            ),
        ),
    )
    return revise_agreement(workspace, view.id, agreement).id


def _evidenced(workspace: Workspace, assessment: str, out: Path) -> AssessmentView:
    """Give each item as many pieces as it asks for, from one small file a section."""
    view = open_assessment(workspace, assessment)
    folder = out / "evidence-samples"
    for section, items in view.checklist.sections:
        pieces = max((item.evidence.required for item in items if item.evidence), default=0)
        files = [_sample_file(folder, section.title.zh, number) for number in range(1, pieces + 1)]
        for item in items:
            required = item.evidence.required if item.evidence else 0
            if view.sheet.items[item.id].state is State.SCORED:
                for path in files[:required]:
                    dated = date(view.record.year, 6, 30).isoformat()
                    view = attach_evidence(workspace, assessment, item.id, path, dated=dated)
    return view


def _sample_file(folder: Path, section: str, number: int) -> Path:
    path = folder / f"{section}-示范佐证{number}.txt"
    write_whole(path, f"示范材料(虚构),仅用于演示:{section},第 {number} 件。\n".encode())
    return path


def _signed(workspace: Workspace, report: Path, out: Path) -> tuple[Path, ...]:
    from qassess.signing.identity import load_identity, make_identity

    identities = []
    for role, name, unit in _PEOPLE:
        path = out / f"{role}.p12"
        make_identity(name=name, unit=unit, password=PASSWORD, path=path, now=workspace.clock())
        opinion = "情况属实,同意。" if role == "representative" else ""
        identity = load_identity(path, PASSWORD)
        sign_report(report, identity, role=role, opinion=opinion, workspace=workspace)
        identities.append(path)
    return tuple(identities)
