"""Days in words: the one way in which pages, mails and documents write them, each in the reader's language and on the portal's clock."""

from datetime import date, datetime

from django.utils.formats import date_format, get_format
from django.utils.timezone import is_aware, localtime

from rendering.languages import read_in

# How the day of the month is written when it is the first, where it is not like the others (1er mars, 2 mars), in Django's letters.
FIRST = {"fr": r"j\e\r"}


def written(value: date, style: str) -> str:
    """In a style of Django's: the name of one, or its letters."""
    local = localtime(value) if isinstance(value, datetime) and is_aware(value) else value
    letters = get_format(style)
    return date_format(local, letters.replace("j", FIRST.get(read_in(), "j")) if local.day == 1 else letters)


def day(value: date) -> str:
    """26 November 2026."""
    return written(value, "DATE_FORMAT")


def moment(value: datetime) -> str:
    """26 November 2026, 18:00."""
    return written(value, "DATETIME_FORMAT")
