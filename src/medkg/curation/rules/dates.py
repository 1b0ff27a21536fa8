"""Whether a text is a date that a calendar has, be it a year, a month or a day."""

from __future__ import annotations

import re
from datetime import date

from medkg.model.forms import DATE


def is_date(text: str) -> bool:
    """Whether a text is a year, month or day of the calendar.

    >>> is_date("2022"), is_date("2022-07"), is_date("2022-02-30"), is_date("soon")
    (True, True, False, False)
    """
    if not re.fullmatch(DATE, text, re.ASCII):
        return False
    try:
        date(*map(int, f"{text}-01-01"[:10].split("-")))
    except ValueError:
        return False
    return True
