"""An office backend without any service: what the pages show comes from here, and what they ask for is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from qassess.domain.answers import Answer
from qassess.domain.score_sheet import ItemScore
from qassess.errors import InputRefused, QassessError
from qassess.services.schemes import find_scheme
from qassess.ui.channel import Channel
from qassess.ui.conflict_state import ConflictState, Decision, SideState
from qassess.ui.exchange_state import (
    ExportLine,
    FileLine,
    InboxState,
    LedgerLine,
    Mark,
    ReceiptLine,
    ReceiptState,
    Standing,
)
from qassess.ui.results_state import (
    Blocker,
    BodyState,
    CertificatesDone,
    HeatCell,
    ItemLine,
    KindChoice,
    Leads,
    Refusal,
    ResultRow,
    ResultsState,
    RoundChoice,
    SectionPart,
)

NEW, NOTHING = Mark("新增", "full", "good"), Mark("—")
SIGNED = Mark("3 人已签", "full", "good")
FOLDER = Path("/stick")


def _file(name: str, body: str, counts: tuple[int, int, int] | None = None, **more: object) -> FileLine:
    new, known, conflicts = counts or (None, None, None)
    given: dict[str, object] = {
        "standing": Standing.READY,
        "outcome": NEW,
        "scheme": "2015" if counts else "",
        "missing": 0 if counts else None,
        "signatures": SIGNED if counts else NOTHING,
    }
    return FileLine(
        path=FOLDER / name,
        body=body,
        new=new,
        known=known,
        conflicts=conflicts,
        **(given | more),  # type: ignore[arg-type]
    )


FILES = (
    _file("平顺县_李静_3F7K.qassess", "平顺县", (480, 0, 0)),
    _file("平顺县_王强_9QX2.qassess", "平顺县", (37, 452, 2), outcome=Mark("2 处冲突", "attention", "attention")),
    _file("壶关县.qassess", "壶关县", (512, 0, 0)),
    _file(
        "壶关县(1).qassess",
        "壶关县",
        (0, 512, 0),
        standing=Standing.DUPLICATE,
        outcome=Mark("与 壶关县.qassess 相同", "same", "second"),
    ),
    _file(
        "屯留.qassess",
        "屯留县",
        standing=Standing.REFUSED,
        outcome=Mark("已损坏：第 211 条记录与校验值不符。请对方重新发送。", "none", "wrong"),
        details="屯留.qassess：已损坏：第 211 条记录与校验值不符。请对方重新发送。",
    ),
    _file(
        "长治县台账.qassess",
        "",
        standing=Standing.REFUSED,
        outcome=Mark("不是本程序导出的文件。", "none", "wrong"),
    ),
    _file(
        "黎城县.qassess",
        "黎城县",
        (0, 498, 0),
        signatures=Mark("签名后被改动", "attention", "attention"),
        outcome=Mark("与签名内容不同，请核对", "attention", "attention"),
    ),
    _file("武乡县.qassess", "武乡县", (476, 0, 0)),
    _file(
        "沁县.qassess",
        "沁县",
        (491, 0, 0),
        signatures=Mark("未签", "", "second"),
        missing=3,
        outcome=Mark("可合并，不可发布：未签名", "attention", "attention"),
    ),
)
SEALED = _file(
    "沁源县.qassess", "", standing=Standing.SEALED, outcome=Mark("有密码保护。请输入密码查看。", "lock", "attention")
)


def _side(
    title: str, author: str, value: str, derivation: str, figures: tuple[str, str, str], **more: str
) -> SideState:
    total, grade, place = figures
    return SideState(
        title=title,
        when="11-18 09:31 · 改了答案",
        author=author,
        value=value,
        derivation=(derivation,) if derivation else (),
        total=total,
        grade=grade,
        place=place,
        **more,
    )


def _satisfaction() -> ConflictState:
    item = next(item for item in find_scheme("changzhi-2015").scheme.items if item.id == "prod-provincial-sampling")
    return ConflictState(
        id="c1",
        body="平顺县",
        title="3.9 供水用户满意度",
        effect="等级 B → A",
        delta="+4.1",
        grave=True,
        place="平顺县 · 2024 年度 · 三、服务质量",
        base="81.0 % · 李静 11-12 15:20",
        sides=(
            _side("左：李静，laptop-1", "李静", "86.5 %", "达到目标 85 %，得 5 分。", ("90.3", "A级", "4")),
            _side(
                "右：王强，laptop-2", "王强", "84.1 %", "84.1 % 落在 80 %–85 % 一档，得 0.9 分。", ("86.2", "B级", "7")
            ),
        ),
        needs_reason=True,
        item=item,
        answer=Answer(value="86.5"),
        can_keep_both=True,
    )


def conflict_states() -> tuple[ConflictState, ...]:
    first = _satisfaction()
    plain = replace(first, needs_reason=False, grave=False)
    return (
        first,
        replace(plain, id="c2", title="1.10 食品抽查合格率", effect="不变", delta="−0.3"),
        replace(first, id="c3", body="沁源县", title="4.2 空气质量天数", effect="位次 3 → 5", delta="−1"),
        replace(
            plain,
            id="c4",
            body="长子县",
            title="5.3 联席会议制度",
            effect="不变",
            delta="+1",
            warning="这处冲突已由两人作出不同的决定。",
        ),
        replace(
            plain,
            id="c5",
            body="武乡县",
            title="2.4 工程合格率 · 备注",
            effect="不影响分数",
            delta="0",
            item=None,
            answer=None,
            text="左边的话",
            can_keep_both=False,
            sides=tuple(
                replace(
                    side,
                    value=f"{side.author}写的一段备注，说明抽查的样本和依据",
                    derivation=(),
                    total="",
                    grade="",
                    place="",
                )
                for side in first.sides
            ),
        ),
    )


BODIES = (
    ("长治市城区", "95.2", "A级", (89, 87, 92, 88, 86)),
    ("襄垣县", "93.8", "A级", (91, 99, 97, 97, 88)),
    ("潞城市", "92.6", "A级", (92, 87, 86, 84, 86)),
    ("屯留县", "91.0", "A级", (97, 95, 95, 95, 84)),
    ("长治县", "90.4", "A级", (86, 91, 93, 95, 95)),
    ("平顺县", "89.7", "B级", (81, 90, 91, 88, 83)),
    ("沁源县", "88.9", "B级", (87, 80, 95, 94, 88)),
    ("壶关县", "86.3", "B级", (81, 92, 86, 91, 91)),
    ("长子县", "85.8", "B级", (84, 83, 86, 83, 79)),
    ("武乡县", "84.3", "B级", (79, 88, 75, 75, 85)),
    ("黎城县", "82.0", "B级", (77, 81, 80, 78, 89)),
    ("沁县", "79.6", "C级", (73, 77, 73, 80, 74)),
    ("郊区", "74.1", "C级", (70, 77, 70, 74, 79)),
)
SECTIONS = ("产品质量", "工程质量", "服务质量", "环境质量", "工作措施")
TONES = {"A级": "good", "B级": "second", "C级": "attention"}


def result_rows() -> tuple[ResultRow, ...]:
    waiting = ("沁源县", "黎城县")
    return tuple(
        ResultRow(
            id=f"a{place}",
            place=str(place),
            place_key=place,
            body=body,
            total=total,
            total_key=Fraction(total),
            grade=Mark(grade, "", TONES[grade]),
            cells=tuple(HeatCell(f"{share}.0", Fraction(share, 100)) for share in shares),
            state=Mark("冲突中", "conflict", "attention") if body in waiting else Mark("签名齐全", "full", "good"),
            distance="" if grade == "A级" else "距A级 0.3 分",
        )
        for place, (body, total, grade, shares) in enumerate(BODIES, 1)
    )


def body_state(row: ResultRow) -> BodyState:
    item = ItemLine(
        id="prod-provincial-sampling",
        title="3.9 供水用户满意度",
        points="0.9 / 5",
        lost="−4.1",
        derivation=("84.1 % 落在 80 %–85 % 一档，得 0.9 分。",),
        evidence=(("ab" * 32, "第三方调查报告.pdf"),),
        state=Mark("部分得分", "part", "attention"),
    )
    others = (
        replace(item, id="b", title="4.2 空气质量天数", lost="−1.2"),
        replace(item, id="c", title="1.10 食品抽查合格率", lost="−0.7", evidence=()),
    )
    sections = tuple(
        SectionPart(title=title, points=f"{cell.words} / 100", items=(item, *others))
        for title, cell in zip(SECTIONS, row.cells, strict=True)
    )
    return BodyState(
        id=row.id,
        body=row.body,
        summary=f"{row.total} 分 · {row.grade.words} · 第 {row.place} 位",
        losses=(item, *others),
        sections=sections,
        steadiness=("3 项扣分若改判，名次会变动；其中 1 项为酌情评分。",),
        signatures=(
            Mark("李静（组长）", "full", "good"),
            Mark("王强（组员）", "full", "good"),
            Mark("报告与数据库一致。", "full", "good"),
        ),
    )


@dataclass
class FakeOffice:
    """Answers at once; ``asked`` notes what was asked for, in order."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    files: dict[str, FileLine] = field(default_factory=lambda: {known.path.name: known for known in FILES})
    open_conflicts: list[ConflictState] = field(default_factory=lambda: list(conflict_states()))
    decided: list[ConflictState] = field(default_factory=list)
    merged: list[LedgerLine] = field(default_factory=list)
    blocked: bool = False
    refusals: tuple[Refusal, ...] = (
        Refusal("沁源县", "冲突尚待决定：1 处。"),
        Refusal("黎城县", "冲突尚待决定：1 处。"),
    )

    def exportable(self) -> tuple[ExportLine, ...]:
        return (
            ExportLine(id="a1", body="平顺县", round="2024 年度", items="104 / 104", state=Mark("待签名", "", "good")),
            ExportLine(
                id="a2", body="壶关县", round="2024 年度", items="61 / 104", state=Mark("填写中", "", "attention")
            ),
        )

    def export(self, assessments: Sequence[str], out: Path, password: str, channel: Channel) -> ReceiptState:
        self.asked.append(("export", tuple(assessments), out, password))
        channel.report(1, 1, out.name)
        return ReceiptState(
            path=out,
            lines=(ReceiptLine(body="平顺县", year="2024 年度", items="104 / 104", evidence="214（38.2 MB）"),),
            size="39.1 MB",
            checksum=("3F7K", "9QX2", "M04D", "T8WA"),
            sealed=bool(password),
            missing="",
            text="回执 3F7K-9QX2-M04D-T8WA",
            source=None,
        )

    def save_slip(self, receipt: ReceiptState, out: Path) -> None:
        self.asked.append(("slip", out))

    def files_in(self, dropped: Sequence[Path]) -> tuple[Path, ...]:
        known = [path for path in dropped if path.name in self.files]
        return tuple(known) if known else tuple(FOLDER / name for name in self.files if FOLDER in dropped)

    def check_files(self, files: Sequence[Path], passwords: Mapping[Path, str], channel: Channel) -> None:
        self.asked.append(("check", tuple(path.name for path in files)))
        for done, path in enumerate(files, 1):
            channel.tell(self._checked(self.files[path.name], passwords.get(path)))
            channel.report(done, len(files), path.name)

    def _checked(self, line: FileLine, password: str | None) -> FileLine:
        if line.standing is not Standing.SEALED or password is None:
            return line
        if password != "geheim":
            return replace(line, wrong_password=True)
        return _file(line.path.name, "沁源县", (470, 0, 0))

    def merge_files(self, files: Sequence[Path], passwords: Mapping[Path, str], channel: Channel) -> None:
        self.asked.append(("merge", tuple(path.name for path in files)))
        for done, path in enumerate(files, 1):
            line = self._checked(self.files[path.name], passwords.get(path))
            if channel.is_stopped():
                channel.tell(
                    replace(line, standing=Standing.LEFT_OUT, outcome=Mark("未合并：已停止", "not-applicable"))
                )
                continue
            self.merged.insert(0, _ledger(len(self.merged) + 1, line))
            channel.tell(replace(line, standing=Standing.MERGED, merge=len(self.merged)))
            channel.report(done, len(files), path.name)

    def ledger(self) -> tuple[LedgerLine, ...]:
        return tuple(self.merged)

    def undo_merge(self, merge: int) -> None:
        if self.blocked:
            raise QassessError("merge.undo_blocked", merge=merge, revision="3f7k", entity="", author="王强", hlc=0)
        self.asked.append(("undo", merge))
        undone = {"state": Mark("已撤销", "undo", "second"), "can_undo": False, "can_redo": True}
        self.merged = [replace(line, **undone) if line.id == merge else line for line in self.merged]

    def redo_merge(self, merge: int) -> None:
        self.asked.append(("redo", merge))

    def inbox(self) -> InboxState:
        return InboxState(
            merged="上次合并 今天 10:42：武乡县.qassess", conflicts=2, unreported=("沁县", "郊区"), year=2024
        )

    def conflicts(self) -> tuple[ConflictState, ...]:
        return tuple(self.open_conflicts)

    def decide(self, conflict: str, decision: Decision) -> None:
        self.asked.append(("decide", conflict, decision))
        known = next(known for known in self.open_conflicts if known.id == conflict)
        if known.needs_reason and not decision.reason:
            raise InputRefused("conflict.reason_missing")
        self.open_conflicts.remove(known)
        self.decided.append(known)

    def undo_decision(self) -> str:
        self.asked.append(("undo_decision",))
        if not self.decided:
            return ""
        back = self.decided.pop()
        self.open_conflicts.insert(0, back)
        return back.id

    def preview_decision(self, conflict: str, answer: Answer) -> ItemScore | None:
        return None

    def rounds(self) -> tuple[RoundChoice, ...]:
        return (RoundChoice(2024, "annual", "2024 年度"), RoundChoice(2023, "annual", "2023 年度"))

    def kinds(self, year: int, round_: str) -> tuple[KindChoice, ...]:
        return (KindChoice("county", "县（市、区）", 13), KindChoice("department", "市直单位", 21))

    def results(self, year: int, round_: str, kind: str) -> ResultsState:
        self.asked.append(("results", year, round_, kind))
        return ResultsState(
            title=f"{year} 年度结果",
            heading=Mark("13 个单位中 11 个可以发布；其余有待：", "attention", "attention"),
            sections=SECTIONS,
            rows=result_rows() if kind == "county" else (),
            blockers=(
                Blocker("沁源县：冲突尚待决定：1 处。", Leads.CONFLICTS, "a7"),
                Blocker("黎城县：冲突尚待决定：1 处。", Leads.CONFLICTS, "a11"),
                Blocker("郊区：还没有人签名。", Leads.REVIEW, "a13"),
            ),
            notes=("示范细则，非官方。",),
        )

    def close_round(self, year: int, round_: str, kind: str) -> None:
        self.asked.append(("close", year, round_, kind))

    def body_result(self, assessment: str) -> BodyState:
        return body_state(next(row for row in result_rows() if row.id == assessment))

    def evidence_path(self, sha256: str) -> Path:
        return Path(sha256)

    def write_workbook(self, year: int, round_: str, kind: str, out: Path, channel: Channel) -> Path:
        self.asked.append(("workbook", year, round_, kind, out))
        channel.report(1, 2)
        return out

    def write_table(self, year: int, round_: str, kind: str, out: Path, channel: Channel) -> Path:
        self.asked.append(("table", year, round_, kind, out))
        return out

    def certificate_refusals(self, assessments: Sequence[str]) -> tuple[Refusal, ...]:
        self.asked.append(("refusals", tuple(assessments)))
        return self.refusals

    def write_certificates(
        self, assessments: Sequence[str], folder: Path, channel: Channel, *, landscape: bool
    ) -> CertificatesDone:
        self.asked.append(("certificates", tuple(assessments), folder, landscape))
        return CertificatesDone(folder, (folder / "a.pdf",), self.refusals)


def _ledger(number: int, line: FileLine) -> LedgerLine:
    return LedgerLine(
        id=number,
        when="今天 10:42",
        who="李静",
        action="已合并",
        file=line.path.name,
        new=line.new or 0,
        conflicts=line.conflicts or 0,
        state=Mark("有效", "full", "good"),
        can_undo=True,
    )
