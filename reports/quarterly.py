"""After each quarter: a report for every city that took part in something, and a mail to its officials that says where it is."""

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from outbox import jobs, mail
from outbox.jobs import maker, report_step
from outbox.models import Job
from programmes.models import City, Official, Programme
from reports import making, periods, protecting
from reports.models import Protected, Release
from reports.releasing import STEPS, release
from reports.subjects import Subject

KIND = "quarterly-release"
AHEAD = "protected-counts"
TEMPLATE = "reports/emails/quarterly"


def due(today: date) -> list[Subject]:
    """The cities that somebody speaks for, and that took part in a session of the last quarter."""
    quarter = periods.quarter_before(today)
    found = []
    for programme in Programme.objects.offered():
        spoken_for = City.objects.filter(programme=programme, officials__withdrawn_at=None, officials__isnull=False)
        days = (quarter.since, quarter.until)
        took_part = spoken_for.filter(sessions__starts_at__date__range=days).distinct().order_by("name_key")
        found += [Subject(programme, quarter, city) for city in took_part]
    return found


def ask_for_all(at: datetime | None = None) -> int:
    """Each once, however often the clock comes by; returns how many there are."""
    subjects = due(timezone.localdate(at))
    for subject in subjects:
        key = f"{subject.programme.code}:{subject.code}:{subject.period.code}"
        jobs.request(kind=KIND, key=key, args=making.args_of(subject))
    return len(subjects)


def protect_ahead(at: datetime | None = None) -> None:
    """What releases of these days take from, made before anybody waits for it: of the quarter that is over, and of the campaign.

    Not of every running period: what nobody asks for need not be protected against."""
    today = timezone.localdate(at)
    for programme in Programme.objects.offered():
        campaign = programme.campaign_at(today)
        for period in (periods.quarter_before(today), *([periods.of_campaign(campaign)] if campaign else [])):
            if not Protected.objects.serving(programme, period, today).exists():
                args = {"programme": programme.pk, "period": period.code}
                jobs.request(
                    kind=AHEAD, key=f"{programme.code}:{period.code}:{periods.quarter_of(today).code}", args=args
                )


@maker(AHEAD)
def make_ahead(job: Job) -> None:
    programme = Programme.objects.get(pk=job.args["programme"])
    period = periods.period_of(programme, job.args["period"])
    if period:
        words = making.STEP_WORDS[-1]()
        protecting.counts_for(programme, period, timezone.now(), lambda: report_step(job, 0, 1, words))


@maker(KIND)
def make(job: Job) -> None:
    """No file: whoever opens the release asks for the form that is wanted."""
    words = making.STEP_WORDS
    made = release(subject=making.subject_of(job.args), step=lambda done: report_step(job, done, STEPS, words[done]()))
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
