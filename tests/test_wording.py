"""Numbers, rules and derivations as people read them, in both languages."""

import json
from fractions import Fraction

import pytest

from qassess.domain.answers import AnswerSheet, Entry
from qassess.domain.answers_file import answers_from_document
from qassess.domain.rules import Bound, Comparator, Interval, Target
from qassess.domain.scheme import full_points
from qassess.domain.scheme_file import pin
from qassess.domain.scoring import score
from qassess.errors import InputRefused
from qassess.i18n import speaking
from qassess.wording import (
    bound_words,
    interval_words,
    number,
    points,
    quantity,
    say_derivation,
    say_error,
    say_fact,
    say_gate,
    say_rule,
    say_rule_data,
    say_target,
)
from qassess.wording.filling import filled
from tests.domain.derived_scheme import ANSWERS, DOCUMENT


@pytest.fixture(autouse=True)
def _chinese():
    with speaking("zh"):
        yield


@pytest.fixture(scope="module")
def scheme():
    return pin(DOCUMENT, "derived.json")


@pytest.fixture(scope="module")
def sheet(scheme):
    answers = answers_from_document(ANSWERS, "answers.json")
    entries: dict[str, Entry] = dict(answers.entries)
    return score(scheme, AnswerSheet(body="140425", body_class="county", year=2024, entries=entries))


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        ("4.29", None, "4.29"),
        ("4.2900", None, "4.29"),
        ("-0.5", None, "−0.5"),
        ("46700/499", None, "93.5872…"),
        ("0.00005", None, "0.0001…"),
        ("-0.00005", None, "−0.0001…"),
        ("1/3", None, "0.3333…"),
        ("12345678901234567890", None, "12345678901234567890"),
        ("4.295", 2, "4.3"),
        ("4.2949", 2, "4.29"),
        ("-4.295", 2, "−4.3"),
        ("0", 2, "0"),
        ("-0.001", 2, "0"),
    ],
)
def test_numbers_are_exact_or_say_that_they_are_not(value, places, written):
    assert number(Fraction(value), places) == written


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        ("95", "%", "95 %", "95 %"),
        ("1.41", "pp", "1.41 个百分点", "1.41 percentage points"),
        ("1", "pp", "1 个百分点", "1 percentage point"),
        ("2", "permille_points", "2 个千分点", "2 permille points"),
        ("1", "批", "1 批", "1 batch"),
        ("280", "天", "280 天", "280 days"),
        ("3", "立方米", "3 立方米", "3 立方米"),
        ("3", "", "3", "3"),
    ],
)
def test_units_follow_their_number(value, unit, chinese, english):
    assert quantity(Fraction(value), unit) == chinese
    with speaking("en"):
        assert quantity(Fraction(value), unit) == english


def test_points_know_singular_and_plural():
    assert points(Fraction(1)) == "1 分"
    with speaking("en"):
        assert [points(Fraction(value)) for value in ("1", "-1", "0", "0.5")] == [
            "1 point",
            "−1 point",
            "0 points",
            "0.5 points",
        ]


@pytest.mark.parametrize(
    ("comparator", "chinese", "english"),
    [
        (">=", "80 % 以上", "80 % or more"),
        (">", "超过 80 %", "more than 80 %"),
        ("<=", "80 % 以下", "80 % or less"),
        ("<", "低于 80 %", "less than 80 %"),
        ("==", "恰为 80 %", "exactly 80 %"),
    ],
)
def test_bounds_say_whether_they_include_the_number(comparator, chinese, english):
    bound = Bound(comparator=Comparator(comparator), value=Fraction(80))
    assert bound_words(bound.comparator, quantity(bound.value, "%")) == chinese
    with speaking("en"):
        assert bound_words(bound.comparator, quantity(bound.value, "%")) == english


@pytest.mark.parametrize(
    ("interval", "chinese"),
    [
        (Interval(), "任何数值"),
        (Interval(low=Fraction(3)), "3 天以上"),
        (Interval(low=Fraction(3), low_included=False), "超过 3 天"),
        (Interval(high=Fraction(3)), "低于 3 天"),
        (Interval(high=Fraction(3), high_included=True), "3 天以下"),
        (Interval(low=Fraction(3), high=Fraction(5)), "3 天以上、低于 5 天"),
        (Interval(low=Fraction(3), high=Fraction(5), high_included=True), "3 天至 5 天（含两端）"),
        (Interval(low=Fraction(3), low_included=False, high=Fraction(5)), "超过 3 天、低于 5 天"),
    ],
)
def test_intervals_say_whether_their_ends_belong(interval, chinese):
    assert interval_words(interval, "天") == chinese


def test_a_sentence_never_changes_the_values_put_into_it():
    assert filled("选择“{label}”，得 {points}", label="甲 乙 3 丙", points="2 分") == "选择“甲 乙 3 丙”，得 2 分"
    assert filled("{a} 比 {b} 高", a="甲", b="5 %") == "甲比 5 % 高"
    assert filled("an object in {{ }}, not {found}", found="{x}") == "an object in { }, not {x}"


def test_what_a_step_counts_is_always_named(scheme):
    said = {item.id: say_rule(item, full_points(item, "county")) for item in scheme.scheme.items}
    assert said["food"] == (
        "达到目标（95 % 以上）得 5 分；每低 1 个百分点扣 0.5 分；不足 1 个百分点按比例计；低于 85 % 不得分。"
    )
    assert "不足 1 个百分点按 1 个百分点计" in said["ceil"]
    assert "不足 1 个百分点不计" in said["floor"]
    printed = next(item for item in scheme.scheme.items if item.id == "printed")
    assert say_rule(printed, Fraction(5)) == "每低1个百分点扣1分。不足 1 个百分点不计。"


def test_a_target_shows_the_agreement_beside_the_scheme():
    plan = Target(comparator=Comparator.AT_LEAST, value=Fraction(85))
    share = Target(comparator=Comparator.AT_LEAST, agreed=True, city_total=Fraction(38))
    yearly = Target(comparator=Comparator.LESS_THAN, by_year={"2020": Fraction(3), "2024": Fraction(2)})
    assert say_target(plan, "%") == "≥ 85 %"
    assert say_target(plan, "%", "85.0") == "≥ 85 %"
    assert say_target(plan, "%", "95") == "≥ 95 %（责任书；细则为 ≥ 85 %）"
    assert say_target(share, "个") == "≥ 责任书确定的份额（全市共 38 个）"
    assert say_target(yearly, "‰", year=2023) == "< 3 ‰"
    assert say_target(yearly, "‰") == "< 2 ‰"


def test_a_refusal_says_what_to_do_and_that_nothing_is_lost():
    refused = InputRefused("number.zero_denominator", field="denominator", label="抽查批次", label_en="Batches sampled")
    assert say_error(refused) == ("抽查批次不能为 0。您输入的内容已保留；如果本年度没有可统计的对象，请改选“不适用”。")
    with speaking("en"):
        assert say_error(refused).startswith("“Batches sampled” cannot be 0.")


def test_the_derivation_of_the_mock_up(sheet):
    assert say_derivation(sheet.items["food"]) == (
        "467 ÷ 500 × 100 = 93.4 %",
        "93.4 % 比目标 95 % 低 1.6 个百分点",
        "相差 1.6 个百分点，每 1 个百分点计一次，不足 1 个百分点按比例计，共 1.6 次",
        "5 − 1.6 × 0.5 = 4.2 分",
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_derivations_are_the_golden_ones(scheme, sheet, golden, language):
    with speaking(language):
        said = {
            "rules": {item.id: say_rule_data(item, full_points(item, "county")) for item in scheme.scheme.items},
            "items": {name: say_derivation(item) for name, item in sheet.items.items()},
            "gates": {gate.item: say_gate(gate) for gate in sheet.gates},
            "total": [say_fact(fact) for fact in sheet.facts],
        }
    golden(f"derivations.{language}.json", json.dumps(said, ensure_ascii=False, indent=1) + "\n")
