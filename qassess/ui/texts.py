"""Small texts the screens share: scheme texts in the language shown, times, rounds and states."""

from datetime import datetime
from typing import TYPE_CHECKING

from qassess.i18n import _, language

if TYPE_CHECKING:
    from qassess.domain.rules import Text


def shown(words: "Text | None") -> str:
    """Return a scheme's text in the language shown; Chinese where it has no English."""
    if words is None:
        return ""
    return words.en if language() == "en" and words.en else words.zh


NUMERALS = "一二三四五六七八九十"


def section_title(number: int, title: "Text") -> str:
    """Return a section's title with its printed number, ``一、`` in Chinese (1 to 10)."""
    if language() == "zh" and number <= len(NUMERALS):
        return f"{NUMERALS[number - 1]}、{shown(title)}"
    return f"{number}. {shown(title)}"


def clock_time(moment: datetime) -> str:
    """Return the local time of day, ``10:42:07``."""
    return moment.astimezone().strftime("%H:%M:%S")


def friendly_time(moment: datetime, now: datetime) -> str:
    """Return when something happened as one says it: today with the time, yesterday, or the date."""
    local, today = moment.astimezone(), now.astimezone()
    days = (today.date() - local.date()).days
    if days == 0:
        return _("today {time}").format(time=local.strftime("%H:%M"))
    if days == 1:
        return _("yesterday {time}").format(time=local.strftime("%H:%M"))
    return local.strftime("%m-%d" if local.year == today.year else "%Y-%m-%d")


def round_words(year: int, round_: str) -> str:
    """Return a round as one says it: ``2024 annual``."""
    if round_ == "annual":
        return _("{year} annual").format(year=year)
    return _("{year} · {round}").format(year=year, round=round_)


def without_blanks(words: str) -> str | None:
    """Return what was typed without blanks around it, ``None`` when nothing is left."""
    return words.strip() or None
