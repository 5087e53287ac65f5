"""Thirty files as counties and departments send them: most sound, one damaged, one foreign, one twice, one sealed."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from qassess.domain.agreement import Leader, TeamMember
from qassess.domain.answers import Answer, Entry
from qassess.domain.scheme_file import pin
from qassess.services.assessments import open_assessment, proposed_agreement, record_entry, start_assessment
from qassess.services.exchange import export_assessments, merge_files
from qassess.services.views import found_body
from qassess.services.workspace import Workspace, open_workspace
from tests.services.conftest import TickingClock, small_scheme_document, text
from tests.services.round_cases import COUNTIES, sign_in_database

DEPARTMENTS = (
    "zhijian", "gongshang", "shiyao", "jianyi", "nongwei", "zhujian", "jiaotong", "shangwu", "lvyou", "jingxin",
    "wenguang", "guowang",
)  # fmt: skip
DISPUTED = COUNTIES[:2]
PASSWORD = "changzhi-2024"
SEALED, DAMAGED, FOREIGN, TWICE = "sealed.qassess", "damaged.qassess", "ledger.qassess", "again.qassess"


@dataclass(frozen=True)
class Sent:
    """The folder on the stick, and what is in it."""

    folder: Path
    files: tuple[Path, ...]


def scheme():
    """Return the small scheme with a checklist for departments too, and no share of a city total."""
    document = small_scheme_document()
    document["classes"].append({"id": "department", "title": text("市直单位", "Departments"), "kind": "department"})
    document["items"] = [item for item in document["items"] if item["id"] != "zones"]
    for item in document["items"]:
        if "full" in item:
            points = {"food": "60", "meetings": "40"}[item["id"]]
            item["full"] = {"county": points, "department": points}
    document["items"][1]["rule"]["levels"][1]["points"] = "40"
    del document["items"][1]["evidence"]
    document["grading"] = {
        "grades": [{"id": grade, "label": text(f"{grade}级", grade)} for grade in "ABD"],
        "rule": {
            "by": "bands",
            "bands": [
                {"grade": "A", "within": {"low": "90"}},
                {"grade": "B", "within": {"low": "60", "high": "90"}},
                {"grade": "D", "within": {"high": "60"}},
            ],
        },
    }
    return pin(document)


def filled(workspace: Workspace, body: str, food: str) -> str:
    """Start and answer one assessment, ready to be signed."""
    pinned, known = scheme(), found_body(body)
    agreement = proposed_agreement(pinned, known, 2024)
    agreement = agreement.__class__(
        **{name: getattr(agreement, name) for name in agreement.__dataclass_fields__}
        | {
            "team": (
                TeamMember(name="李静", unit="市质监局", role="leader"),
                TeamMember(name="王强", unit="市食药监局"),
            ),
            "first_responsible": Leader(name="赵志远", post="县长"),
        }
    )
    made = start_assessment(workspace, body_id=body, year=2024, scheme=pinned, agreement=agreement)
    record_entry(workspace, made, "food", Entry(answer=Answer(value=food)))
    record_entry(workspace, made, "meetings", Entry(answer=Answer(option=2)))
    record_entry(workspace, made, "veto", Entry(answer=Answer(occurred=False)))
    return made


def send(folder: Path) -> Sent:
    """Make the files."""
    stick = folder / "stick"
    stick.mkdir(parents=True)
    clock = TickingClock()
    with_laptop = lambda name, author: open_workspace(  # noqa: E731 - one line says it
        folder / f"{name}.db", author=author, device=name, clock=clock
    )
    left, right = with_laptop("laptop-1", "李静"), with_laptop("laptop-2", "王强")
    try:
        ids = {
            body: filled(left, body, f"{95 - place % 9}.{place % 10}")
            for place, body in enumerate((*COUNTIES, *DEPARTMENTS))
        }
        common = folder / "common.qassess"
        export_assessments(left, [ids[body] for body in DISPUTED], common)
        merge_files(right, [common])
        for body, ours, theirs in zip(DISPUTED, ("94.4", "94.6"), ("91", "93"), strict=True):
            record_entry(left, ids[body], "food", Entry(answer=Answer(value=ours)))
            record_entry(right, ids[body], "food", Entry(answer=Answer(value=theirs)))
            export_assessments(right, [ids[body]], stick / f"{body}-laptop-2.qassess")
        for body, assessment in ids.items():
            if body not in DISPUTED:
                sign_in_database(left, assessment)
            name = SEALED if body == DEPARTMENTS[-1] else f"{body}.qassess"
            password = PASSWORD if name == SEALED else None
            export_assessments(left, [assessment], stick / name, password=password)
        assert open_assessment(left, ids[COUNTIES[-1]]).locked
    finally:
        left.close()
        right.close()
    _spoil(stick)
    files = tuple(sorted(stick.iterdir()))
    return Sent(stick, files)


def _spoil(stick: Path) -> None:
    sound = (stick / f"{COUNTIES[2]}.qassess").read_bytes()
    (stick / DAMAGED).write_bytes(sound.replace(b'"value":"9', b'"value":"1', 1))
    (stick / FOREIGN).write_text("区县,得分\n平顺县,90\n", encoding="utf-8")
    shutil.copy(stick / f"{COUNTIES[3]}.qassess", stick / TWICE)
