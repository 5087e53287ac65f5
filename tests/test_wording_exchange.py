"""Every outcome of a file, every field and every receipt is said in both languages with nothing left open."""

import ast
import re
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from qassess.domain.bodies import Body
from qassess.domain.receipt import Receipt, ReceiptLine, short_checksum
from qassess.i18n import speaking
from qassess.wording import exchange
from qassess.wording.exchange import (
    receipt_text,
    say_consequence,
    say_field,
    say_file,
    say_ledger,
    say_receipt,
    say_value,
    size_words,
)

PACKAGE = Path(__file__).resolve().parents[1] / "qassess"
HANZI = re.compile(r"[\u4e00-\u9fff]")
ELSEWHERE = {
    "merge.undo_blocked",
    "merge.undo_rests",
    "merge.redo_blocked",
    "merge.unknown",
    "merge.not_active",
    "merge.not_undone",
}


def codes(family):
    """Return the literals of the product outside wording that look like codes of a family."""
    return {
        node.value
        for path in PACKAGE.rglob("*.py")
        if "wording" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(rf"{family}\.[a-z_]+", node.value)
    }


def test_every_outcome_of_a_file_has_a_line_and_every_line_an_outcome():
    told = (codes("source") | codes("merge") | codes("sealed")) - ELSEWHERE
    assert told == set(exchange.FILES)


@pytest.mark.parametrize("family", ["export", "conflict", "device_key", "sealed"])
def test_every_error_has_a_sentence_and_every_sentence_an_error(family):
    said = {code for code in exchange.ERRORS if code.startswith(f"{family}.")}
    assert codes(family) - {"sealed.password_needed"} == said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines_are_said_without_anything_left_open(language):
    with speaking(language):
        for verdict, sentence in exchange.FILES.items():
            values = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "x") | {"conflicts": 2}
            said = say_file(verdict, values)
            assert "{" not in said
            assert bool(HANZI.search(said)) is (language == "zh"), said
        assert bool(HANZI.search(say_file("merge.unheard", {}))) is (language == "zh")


def test_a_conflict_is_told_by_what_hangs_on_it():
    with speaking("zh"):
        assert say_consequence(Fraction(41, 10), ("B", "A"), (7, 4)) == "等级 B → A"
        assert say_consequence(Fraction(-1), ("B", "B"), (3, 5)) == "位次 3 → 5"
        assert say_consequence(Fraction(-3, 10), ("B", "B"), (3, 3)) == "−0.3 分"
        assert say_consequence(Fraction(0), ("B", "B"), (3, 3)) == "不影响分数"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "—"),
        ("", "—"),
        (True, "是"),
        (False, "—"),
        ({"value": "93.40"}, "93.40"),
        ({"numerator": "467", "denominator": "500"}, "467 / 500"),
        ({"option": 2}, "第 2 档"),
        ({"not_applicable": "无"}, "缺项，理由：无"),
        ({"points": "2.5", "reason": "部分"}, "2.5 分：部分"),
        ({"checked": ["a", "c"]}, "a、c"),
        ({"strange": 1}, '{"strange":1}'),
        ({"answer": {"option": 2}, "points": "3", "remark": "见附件", "source": "a.xlsx"}, "第 2 档 · 3 分 · 见附件"),
        ({"value": "93.40", "source": "台账"}, "93.40"),
    ],
)
def test_values_are_said_as_typed(value, said):
    with speaking("zh"):
        assert say_value(value) == said


def test_fields_and_ledger_are_named():
    with speaking("zh"):
        assert say_field("references.last_year") == "上年值" or HANZI.search(say_field("references.last_year"))
        assert say_field("agreement.targets.food") == "food 的目标"
        assert say_field("something.new") == "something.new"
        assert say_ledger("undo", 3, "") == "撤销第 3 次合并"
        assert say_ledger("merge", None, "undone") == "已合并（其后已撤销）"


def test_sizes_are_written_as_people_do():
    assert [size_words(size) for size in (0, 1023, 1024, 1536, 250_000, 1_100_000_000)] == [
        "0 B", "1023 B", "1 KB", "1.5 KB", "244 KB", "1 GB",
    ]  # fmt: skip


def test_the_checksum_leaves_out_what_is_mistaken_for_another():
    sums = "".join(short_checksum(f"{number:064x}") for number in range(0, 1 << 250, 1 << 243))
    assert not set("ILOU") & set(sums)
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", short_checksum("ab" * 32))
    assert short_checksum("0" * 63 + "1") == short_checksum("0" * 64)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_receipt_is_one_text_with_everything_in_it(language):
    body = Body(
        id="140425", code="140425", name="平顺县", printed="平顺县", kind="county", level="county", parent="140400"
    )
    line = ReceiptLine(assessment="a", body=body, year=2024, round="annual", scheme="s", version="1", items=92,
                       answered=61, evidence=3, evidence_size=2048, signatures=0)  # fmt: skip
    receipt = Receipt(file="平顺县.qassess", sha256="ab" * 32, size=4096, lines=(line,), revisions=480, evidence=3,
                      evidence_size=2048, missing=("照片.jpg",), made_at=datetime(2025, 1, 14, tzinfo=UTC),
                      author="李静", device="laptop", key="aa", sealed=True)  # fmt: skip
    with speaking(language):
        text = receipt_text(receipt)
        assert len(text.splitlines()) == len(say_receipt(receipt)) + 1
    assert receipt.checksum in text
    assert "照片.jpg" in text
    assert "2025-01-14 08:00" in text
