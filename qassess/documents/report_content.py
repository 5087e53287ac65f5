"""What the parts of a report share: its checklist, evidence numbers, and how texts and dates are written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Final

from qassess import wording
from qassess.domain.answers import Entry
from qassess.domain.bodies import Body
from qassess.domain.checklist import Checklist
from qassess.domain.payloads import EvidenceRecord
from qassess.domain.report import Report
from qassess.domain.rules import Composite, Rule, Target
from qassess.domain.scheme import Item
from qassess.domain.score_sheet import ItemScore
from qassess.domain.target_values import agreed_number, target_value
from qassess.i18n import _, language, pgettext
from qassess.wording import in_language

NOTHING: Final = "—"
"""Stands in a cell that has nothing to say, so that nobody can fill it in later."""

_SENTENCE_ENDS: Final = "。；！？.;!?："
_HAN: Final = "[\u3001-\u3017\u4e00-\u9fff\uff01-\uff5e]"
_SIGN: Final = "[÷×=+−]"
_LOOSE: Final = re.compile(f"(?<={_HAN}) +(?!{_SIGN})|(?<!{_SIGN}) +(?={_HAN})| +(?=[%‰])|(?<=[≥≤<>]) +")
_CHINA: Final = timezone(timedelta(hours=8))
_DIGITS: Final = "〇一二三四五六七八九"


def points(value: Fraction | None) -> str:
    """Return points for a column: exact where they end within four places, else rounded and marked."""
    return NOTHING if value is None else wording.number(value)


def column_points(value: Fraction | None) -> str:
    """Return points for a narrow column: rounded half up to four places; the derivation beside it is exact."""
    return NOTHING if value is None else wording.number(value, 4)


def listed(parts: Iterable[str]) -> str:
    """Return ``a, b, c`` as the language lists things."""
    return pgettext("report", ", ").join(parts)


def clauses(parts: Iterable[str]) -> str:
    """Return clauses one after the other, parted by semicolons."""
    return pgettext("report", "; ").join(parts)


def tight(sentence: str) -> str:
    """Return a sentence without the blanks that stand between Chinese and figures on the screen: paper has none."""
    return _LOOSE.sub("", sentence) if language() == "zh" else sentence


def running(sentences: Iterable[str]) -> str:
    """Return sentences as one running text; what ends without a mark is parted from the next by a semicolon."""
    text = ""
    for sentence in sentences:
        if text and text[-1] not in _SENTENCE_ENDS:
            text += pgettext("report", "; ")
        elif text.endswith("."):
            text += " "
        text += sentence
    return text if not text or text[-1] in _SENTENCE_ENDS else text + _(".")


def labelled(label: str, said: str) -> str:
    """Return ``label: what is said``."""
    return _("{label}: {said}").format(label=label, said=said)


def ordinal(number: int) -> str:
    """Return the number of a part: 一, 十一, 二十 in Chinese, else 1, 11, 20.

    >>> from qassess.i18n import speaking
    >>> with speaking("zh"): [ordinal(n) for n in (3, 10, 12, 20, 21)]
    ['三', '十', '十二', '二十', '二十一']
    """
    if language() != "zh":
        return str(number)
    tens, ones = divmod(number, 10)
    prefix = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return prefix + (_DIGITS[ones] if ones else "")


def part_title(number: int, title: str) -> str:
    """Return ``一、title``, in English ``1. title``."""
    return _("{number}. {title}").format(number=ordinal(number), title=title)


def subpart_title(number: int, title: str) -> str:
    """Return ``（一）title``, in English ``(1) title``."""
    return _("({number}) {title}").format(number=ordinal(number), title=title)


def grouped(digest: str) -> str:
    """Return a digest in groups of eight digits, for the eye."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def day(value: str) -> str:
    """Return a typed plain date (``2024-11-03``) as written on paper; anything else as it is."""
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        return value
    return _written(parsed.year, parsed.month, parsed.day)


def moment(when: datetime) -> str:
    """Return a time of Asia/Shanghai (UTC+8, no summer time since 1991), to the minute."""
    local = when.astimezone(_CHINA)
    return f"{_written(local.year, local.month, local.day)} {local:%H:%M}"


def _written(year: int, month: int, day_of_month: int) -> str:
    return _("{year}-{month:02}-{day:02}").format(year=year, month=month, day=day_of_month)


@dataclass(frozen=True)
class Content:
    """A report under way. Evidence is numbered from 1 in the order of the report's own list."""

    report: Report

    @cached_property
    def checklist(self) -> Checklist:
        """The items in printed order."""
        return self.report.checklist

    @cached_property
    def evidence(self) -> Mapping[str, tuple[int, EvidenceRecord]]:
        """SHA-256 → number and record."""
        return {record.sha256: (number, record) for number, record in enumerate(self.report.evidence, 1)}

    @cached_property
    def attachment(self) -> bytes:
        """The machine-readable copy, canonical; made once."""
        return self.report.attachment.encode()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the machine-readable copy: the same as ``report.digest``."""
        return sha256(self.attachment).hexdigest()

    def code(self, item_id: str) -> str:
        """Return the printed number of an item."""
        return self.checklist.codes[item_id]

    def entry(self, item_id: str) -> Entry:
        """Return what was entered for an item; an empty entry if nothing was."""
        return self.report.answers.entries.get(item_id) or Entry()

    def score(self, item: Item) -> ItemScore:
        """Return an item's result."""
        return self.report.scores.items[item.id]

    def grade(self, grade_id: str | None) -> str:
        """Return a grade's name, a dash for none."""
        return wording.say_grade(self.report.scheme.scheme, grade_id)

    def group_title(self, group_id: str) -> str:
        """Return a bonus or penalty group's name."""
        groups = {group.id: in_language(group.title) for group in self.report.scheme.scheme.groups}
        return groups.get(group_id, group_id)

    def target(self, item: Item) -> str:
        """Return what has to be reached, with the agreement's own number; empty for an item without target."""
        if isinstance(item.rule, Composite):
            parts = item.rule.parts
            return clauses(
                labelled(in_language(part.label), self._target(part.target, part.rule, f"{item.id}/{part.id}"))
                for part in parts
                if part.target is not None
            )
        return self._target(item.target, item.rule, item.id) if item.target is not None else ""

    def target_number(self, item: Item) -> Fraction | None:
        """Return the number an item has to reach: the agreement's own, else the scheme's for the year."""
        agreed = self.report.answers.targets.get(item.id)
        if agreed:
            return agreed_number(agreed)
        return target_value(item.target, self.report.answers.year) if item.target is not None else None

    def _target(self, target: Target, rule: Rule, key: str) -> str:
        agreed = self.report.answers.targets.get(key, "")
        measure = getattr(rule, "measure", None)
        unit = wording.value_unit(measure) if measure is not None else ""
        said = tight(wording.say_target(target, unit, agreed, self.report.answers.year))
        stated = self.report.agreement.targets.get(key)
        if stated is None or not stated.reason:
            return said
        return _("{target}, by {reason}").format(target=said, reason=stated.reason)

    def evidence_numbers(self, item_id: str) -> str:
        """Return the evidence numbers of an item, e.g. ``1、4``; evidence not in the index by its short hash."""
        numbered = self.evidence
        return listed(str(numbered[sha][0]) if sha in numbered else sha[:8] for sha in self.entry(item_id).evidence)

    @property
    def is_sample(self) -> bool:
        """Whether the scheme is not an official one."""
        return self.report.scheme.scheme.status == "sample"

    @property
    def notice(self) -> str:
        """The notice every page bears while the scheme is a sample or a draft; empty for an official one."""
        scheme = self.report.scheme.scheme
        if scheme.notice is not None and scheme.status != "official":
            return in_language(scheme.notice)
        return {"sample": _("Sample scheme, not official"), "draft": pgettext("report", "Draft scheme")}.get(
            scheme.status, ""
        )

    @property
    def title(self) -> str:
        """The report's name."""
        return _("Quality City Verification Report")

    def party(self, body: Body) -> str:
        """Return a party of the agreement: of a place its government, of a unit itself."""
        name = self.name(body)
        is_place = body.kind in ("city", "county") and body.code
        return _("People's Government of {place}").format(place=name) if is_place else name

    def name(self, body: Body) -> str:
        """Return a body's full name in the language of the report."""
        return body.name_en if language() == "en" and body.name_en else body.printed

    @property
    def full_title(self) -> str:
        """The report's name with body and year."""
        return _("{subject}: {title}").format(subject=self.subject, title=self.title)

    @property
    def subject(self) -> str:
        """Whom and which year the report is about."""
        answers = self.report.answers
        name = self.name(self.report.body)
        if answers.round == "annual":
            return _("{body}, {year}").format(body=name, year=answers.year)
        return _("{body}, {year}, round {round}").format(body=name, year=answers.year, round=answers.round)
