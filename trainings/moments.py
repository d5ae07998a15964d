"""When something is, in the words of the reader's language and on the clock of the programme's zone."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rendering import dates
from trainings.models import Session, SessionDate


def day(moment: datetime) -> str:
    """Thursday 26 November 2026."""
    return dates.written(moment, pgettext("how a date is written", "l j F Y"))


def clock(moment: datetime) -> str:
    """18:00; in the hour that comes twice when the clocks go back, with the name of its zone: 02:30 CEST."""
    local = timezone.localtime(moment)
    shown = time_format(local, "H:i")
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{shown} {local.tzname()}" if comes_twice else shown


def day_and_clock(moment: datetime) -> str:
    return _("%(day)s at %(clock)s") % {"day": day(moment), "clock": clock(moment)}


def span(date: SessionDate) -> str:
    """Thursday 26 November 2026, 18:00 to 21:00."""
    starts, ends = date.starts_at, date.ends_at
    if timezone.localdate(starts) != timezone.localdate(ends):
        return _("%(start)s to %(end)s") % {"start": day_and_clock(starts), "end": day_and_clock(ends)}
    return _("%(day)s, %(start)s to %(end)s") % {"day": day(starts), "start": clock(starts), "end": clock(ends)}


def spans(session: Session) -> list[str]:
    return [span(date) for date in session.dates.all()]


def days_until(moment: datetime, at: datetime) -> int:
    """Nights to sleep until then: 0 today, 1 tomorrow."""
    return (timezone.localdate(moment) - timezone.localdate(at)).days
