"""Months, quarters and years of the calendar, each known by its first day."""

from datetime import date

# How many months there are in one.
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def first_day(day: date, by: str) -> date:
    """Of the month, the quarter or the year in which this day lies."""
    return date(day.year, day.month - (day.month - 1) % MONTHS[by], 1)


def quarter_number(day: date) -> int:
    """From 1 to 4."""
    return (day.month + 2) // 3
