"""Plain dates as people type them, and whether one lies in the year that is assessed."""

import re
from datetime import date
from typing import Final

from qassess.errors import InputRefused

_FORMS: Final = (
    re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
LONGEST: Final = 40


def read_date(typed: str) -> str:
    """Return a date typed as ``2024-3-5``, ``2024.3.5``, ``20240305`` or ``2024年3月5日`` as ``YYYY-MM-DD``.

    Nothing typed is no date: an empty text. Raises ``InputRefused("date.not_a_date")``.
    """
    words = typed.strip()
    if not words:
        return ""
    for form in _FORMS:
        found = form.fullmatch(words[:LONGEST])
        if found is not None:
            try:
                return date(*(int(part) for part in found.groups())).isoformat()
            except ValueError:
                break
    raise InputRefused("date.not_a_date", typed=words[:LONGEST])


def is_outside_year(dated: str, year: int, year_start: str) -> bool:
    """Tell whether a plain date lies outside the assessment year that begins on ``year_start`` (``MM-DD``).

    What is undated, or no date, is not said to be outside.
    """
    try:
        day = date.fromisoformat(dated)
    except ValueError:
        return False
    month, day_of_month = (int(part) for part in year_start.split("-"))
    return not date(year, month, day_of_month) <= day < date(year + 1, month, day_of_month)
