"""After each quarter, once the surveys of its last sessions are closed: a report for every city that took part in something, and a
mail to its officials that says where it is. What failed is asked for again by hand, in the admin."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from figures.definition import Filters
from outbox import jobs, mail
from outbox.jobs import maker, report_step
from outbox.models import Job
from programmes.models import City, Official, Programme
from reports import making, periods, protecting
from reports.models import Protected, Release
from reports.periods import Period
from reports.releasing import STEPS, release
from reports.subjects import Subject
from surveys.closing import CLOSES_AFTER
from trainings.figures.sessions import held_rows

KIND = "quarterly-release"
AHEAD = "protected-counts"
TEMPLATE = "reports/emails/quarterly"
mail.TITLES[TEMPLATE] = _("The report of the quarter is ready")
# After the end of a quarter: then the surveys of its last evening are closed.
WAITS = CLOSES_AFTER + timedelta(days=1)


def quarter_due(today: date) -> Period:
    return periods.quarter_before(today - WAITS)


def due(today: date) -> list[Subject]:
    """The cities that somebody speaks for, and that took part in a session held in the quarter."""
    quarter = quarter_due(today)
    return [
        Subject(programme, quarter, city)
        for programme in Programme.objects.offered()
        for city in _took_part(programme, quarter)
    ]


def _took_part(programme: Programme, quarter: Period) -> QuerySet[City]:
    held = held_rows(Filters(programme.pk, since=quarter.since, until=quarter.until))
    spoken_for = City.objects.filter(programme=programme, officials__withdrawn_at=None, officials__isnull=False)
    return spoken_for.filter(sessions__in=held.order_by().values("pk")).distinct().order_by("name_key")


def ask_for_all(at: datetime | None = None) -> int:
    """Each once, however often the clock comes by; returns how many there are."""
    today = timezone.localdate(at)
    subjects = due(today)
    for subject in subjects:
        key = f"{subject.programme.code}:{subject.code}:{subject.period.code}"
        _ask(KIND, key, {**making.args_of(subject), "on": today.isoformat()})
    return len(subjects)


def _ask(kind: str, key: str, args: Mapping[str, object]) -> None:
    """What failed stays as it is: asked for again at every round, it would never be given up, and nobody would see it."""
    if not Job.objects.current(kind=kind, key=key).failed().exists():
        jobs.request(kind=kind, key=key, args=args)


def protect_ahead(at: datetime | None = None) -> None:
    """What releases of these days take from, made before anybody waits for it: of the quarter that is over, and of the campaign.

    Not of every running period: what nobody asks for need not be protected against."""
    today = timezone.localdate(at)
    for programme in Programme.objects.offered():
        campaign = programme.campaign_at(today)
        for period in (quarter_due(today), *([periods.of_campaign(campaign)] if campaign else [])):
            if not Protected.objects.serving(programme, period, today).exists():
                key = f"{programme.code}:{period.code}:{periods.quarter_of(today).code}"
                _ask(AHEAD, key, {"programme": programme.pk, "period": period.code})


@maker(AHEAD)
def make_ahead(job: Job) -> None:
    programme = Programme.objects.get(pk=job.args["programme"])
    period = periods.period_of(programme, job.args["period"])
    if period:
        words = making.STEP_WORDS[-1]()
        protecting.counts_for(programme, period, timezone.now(), lambda: report_step(job, 0, 1, words))


@maker(KIND)
def make(job: Job) -> None:
    """No file: whoever opens the release asks for the form that is wanted. As of the day on which it was due: somebody may have asked
    before, while surveys were open."""
    words, on = making.STEP_WORDS, date.fromisoformat(job.args["on"])
    made = release(
        subject=making.subject_of(job.args),
        on=on,
        step=lambda done: report_step(job, done, STEPS, words[done]()),
    )
    announce(made)


def announce(made: Release) -> None:
    """To those who speak for the city now, once each."""
    for official in Official.objects.in_force().filter(city=made.city).select_related("user"):
        user = official.user
        if user.is_active:
            key, language = f"release:{made.reference}:{user.pk}", user.language or settings.LANGUAGE_CODE
            ids = {"release": made.pk}
            mail.queue(template=TEMPLATE, to=user.email, language=language, ids=ids, key=key)


def context(ids: dict[str, int]) -> dict[str, object]:
    made = Release.objects.with_names().defer("content").get(pk=ids["release"])
    path = reverse("reports:release", args=[made.programme.code, made.reference])
    return {"programme": made.programme, "release": made, "url": settings.BASE_URL + path}
