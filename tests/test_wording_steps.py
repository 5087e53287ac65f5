"""What rules say of incomplete steps, and derivations of strict bounds, agreed targets and pooled years."""

from fractions import Fraction

import pytest

from qassess.domain.facts import fact
from qassess.i18n import speaking
from qassess.wording import say_fact, say_rule
from tests.domain.scoring_builders import item_of

PRINTED = "每少1个百分点扣0.25分，不足1个百分点按1个百分点计。"


def step(**fields):
    measure = {"kind": "percent", "unit": "%"}
    rule = {"shape": "step", "measure": measure, "step": "1", "deduct_per_step": "1", "partial_step": "ceil"}
    return rule | fields


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "不足 1 个百分点按 1 个百分点计"),
        ({"award_per_step": "1"}, "不足 1 个百分点的，扣分时按 1 个百分点计，加分时不计"),
        ({"award_per_step": "1", "deduct_per_step": "0"}, "不足 1 个百分点不计"),
    ],
)
def test_a_rule_says_what_an_incomplete_step_costs_and_that_it_earns_nothing(fields, said):
    with speaking("zh"):
        assert said in say_rule(item_of(step(**fields), target={"value": "90"}), Fraction(10))


def test_a_printed_rule_that_names_the_incomplete_step_is_not_told_twice():
    named = item_of(step(), target={"value": "90"}, rule_text={"zh": PRINTED, "en": "0.25 off for each point begun."})
    unnamed = item_of(step(), target={"value": "90"}, rule_text={"zh": "每少1个百分点扣0.25分。", "en": "0.25 off."})
    with speaking("zh"):
        assert say_rule(named, Fraction(10)) == PRINTED
        assert say_rule(unnamed, Fraction(10)).endswith("扣0.25分。不足 1 个百分点按 1 个百分点计。")
    with speaking("en"):
        assert say_rule(named, Fraction(10)) == "0.25 off for each point begun."
        assert say_rule(unnamed, Fraction(10)).startswith("0.25 off. Less than 1 percentage point")


@pytest.mark.parametrize(
    ("told", "chinese", "english"),
    [
        (
            fact("target.agreed", agreed=Fraction(92), scheme=Fraction(95), unit="%"),
            "目标按责任书约定的 92 % 计算，方案原定 95 %",
            "The target is 92 % as agreed, instead of the scheme's 95 %",
        ),
        (
            fact("step.at_strict_bound", value=Fraction(280), target=Fraction(280), unit="天", comparator=">"),
            "280 天正好等于界限，而目标要求超过 280 天，未达到",
            "280 days is the bound itself, and the target asks for more than 280 days: missed",
        ),
        (fact("rank.alone", points=Fraction(5)), "仅此一家参加排名：5 分", "The only one ranked: 5 points"),
    ],
)
def test_new_facts_in_words(told, chinese, english):
    with speaking("zh"):
        assert say_fact(told) == chinese
    with speaking("en"):
        assert say_fact(told) == english
