"""Registrations as a table for a spreadsheet: the same columns always, in an order that does not change.

Whoever reads these files with a program goes by the place of a column, or by the codes in it, which are those of the database
in every language. Only the heads are in the language of who asked. A new column comes after the last one.

 1  registration         its number in links
 2  session              its number in links and calendars
 3  title                of the session
 4  kind                 of the session: awareness, training, workshop, webinar, conference, visit, small-group
 5  starts               its first date
 6  host city            its municipality code
 7  person               as typed
 8  e-mail
 9  phone                digits
10  shop
11  enterprise number
12  postal code          of the shop
13  trade                its code
14  state                held, registered, waiting, offered, expired, cancelled
15  seats                1, or 2 with a helper
16  helper               as typed; may be unnamed
17  language             of the mails
18  came                 page, staff, door, import
19  asked at
20  dates present        of the person, not of the helper
21  through              what was done in their city that brought them: letter, centre-manager, association, stewards, press,
                         poster, other; empty when no code in a link or on a poster says
22  its code             the one in that link

Rows are in the order of the sessions, then in that in which people asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from outbox import jobs
from outbox.jobs import Made, maker, report_step
from outbox.models import Job, JobQuerySet
from rendering import downloads
from rendering.languages import read_in
from rendering.workbooks import Column, Kind, Sheet
from trainings.models import Attendance, Registration, RegistrationQuerySet, Session

KIND = "registrations-export"
# Names and addresses on a disk: long enough for who asks on a Friday.
KEPT = timedelta(days=3)
ROWS_AT_ONCE = 1000

COLUMNS = (
    (gettext_lazy("registration"), Kind.TEXT, 14),
    (gettext_lazy("session"), Kind.TEXT, 14),
    (gettext_lazy("title"), Kind.TEXT, 36),
    (gettext_lazy("kind"), Kind.TEXT, 12),
    (gettext_lazy("starts"), Kind.TIME, 17),
    (gettext_lazy("host city"), Kind.TEXT, 10),
    (gettext_lazy("person"), Kind.TEXT, 26),
    (gettext_lazy("e-mail"), Kind.TEXT, 30),
    (gettext_lazy("phone"), Kind.TEXT, 16),
    (gettext_lazy("shop"), Kind.TEXT, 30),
    (gettext_lazy("enterprise number"), Kind.TEXT, 16),
    (gettext_lazy("postal code"), Kind.TEXT, 10),
    (gettext_lazy("trade"), Kind.TEXT, 20),
    (gettext_lazy("state"), Kind.TEXT, 12),
    (gettext_lazy("seats"), Kind.WHOLE, 8),
    (gettext_lazy("helper"), Kind.TEXT, 26),
    (gettext_lazy("language"), Kind.TEXT, 10),
    (gettext_lazy("came"), Kind.TEXT, 10),
    (gettext_lazy("asked at"), Kind.TIME, 17),
    (gettext_lazy("dates present"), Kind.WHOLE, 10),
    (gettext_lazy("through"), Kind.TEXT, 14),
    (gettext_lazy("its code"), Kind.TEXT, 12),
)
# What is read of a registration beside its session and who was there, in the order of the columns
OF_THE_PERSON = ("person__name", "person__email", "person__phone")
OF_THE_SHOP = (
    "business__name",
    "business__enterprise_number",
    "business__postal_code",
    "business__sub_sector__code",
)
OF_THE_SEAT = ("state", "seats", "helper_name", "language", "channel", "asked_at")
# What stands after the dates present
OF_THE_WAY = ("via__kind", "via__code")


def ask_for(*, registrations: RegistrationQuerySet, form: str, key: UUID, by: User) -> Job:
    """A file of these registrations, as they are when it is made. `key` is given with the page that asks: a double click is once."""
    ids = [*registrations.order_by("session__starts_at", "session", "asked_at", "pk").values_list("pk", flat=True)]
    args = {"registrations": ids, "form": form, "language": read_in()}
    return jobs.request(kind=KIND, key=f"{by.pk}:{key}", args=args, by=by)


def of(user: User) -> JobQuerySet:
    """What this login has asked for and can still have, the latest first."""
    own = Job.objects.filter(kind=KIND, requested_by=user, superseded_at=None, requested_at__gt=timezone.now() - KEPT)
    return own.select_related("file").defer("args").order_by("-pk")


@maker(KIND)
def make(job: Job) -> Made:
    form, lines = job.args["form"], Lines()
    with translation.override(job.args["language"]):
        sheet = Sheet(_("Registrations"), _columns(), _reported(job, lines))
        content = b"".join(downloads.written(sheet, form, title=sheet.name, at=job.requested_at))
        name = _name([title for _uid, title, *_rest in lines.sessions.values()], job)
    return Made(content=content, name=f"{name}.{form}", content_type=downloads.CONTENT_TYPES[form], kept_for=KEPT)


def _reported(job: Job, lines: "Lines") -> Iterator[tuple[object, ...]]:
    """Each thousand rows is a step, which keeps the lease."""
    ids = job.args["registrations"]
    for number, some in enumerate(batched(ids, ROWS_AT_ONCE)):
        report_step(job, number * ROWS_AT_ONCE, len(ids), _("Writing the rows"))
        yield from lines.of(some)


def _name(titles: list[object], job: Job) -> str:
    """Of one session by its title; of several by the day."""
    title = titles[0] if len(titles) == 1 else ""
    return f"{slugify(f'{_("registrations")} {title}')[:70].strip('-')}-{timezone.localdate(job.requested_at)}"


def _columns() -> list[Column]:
    return [Column(str(name), kind, width) for name, kind, width in COLUMNS]


@dataclass(slots=True)
class Lines:
    """The rows of the table; a session is read once, however many came to it."""

    sessions: dict[int, tuple[object, ...]] = field(default_factory=dict)

    def of(self, ids: Iterable[int]) -> Iterator[tuple[object, ...]]:
        """Of these registrations, in this order; those that are gone meanwhile are left out."""
        wanted = [*ids]
        rows = _read(wanted)
        self._meet({session for _uid, session, *_rest in rows.values()})
        present = _dates_present(wanted)
        for pk in wanted:
            if row := rows.get(pk):
                yield self._line(row, present.get(pk, 0))

    def _meet(self, ids: set[int]) -> None:
        """Topics and cities by prefetching: one of each in memory, however many sessions share it."""
        unknown = Session.objects.filter(pk__in=ids - self.sessions.keys()).prefetch_related("topic", "host")
        for one in unknown.order_by():
            self.sessions[one.pk] = (str(one.uid), one.title, one.kind, one.starts_at, one.host.code)

    def _line(self, row: tuple[Any, ...], dates_present: int) -> tuple[object, ...]:
        uid, session, *told, kind, code = row
        return (str(uid), *self.sessions[session], *told, dates_present, kind, code)


def _read(ids: list[int]) -> Mapping[int, tuple[Any, ...]]:
    names = ("uid", "session_id", *OF_THE_PERSON, *OF_THE_SHOP, *OF_THE_SEAT, *OF_THE_WAY)
    found = Registration.objects.filter(pk__in=ids).order_by()
    return {pk: rest for pk, *rest in found.values_list("pk", *names)}


def _dates_present(ids: list[int]) -> Mapping[int, int]:
    present = Attendance.objects.filter(registration__in=ids, is_helper=False, is_present=True).order_by()
    return dict(present.values_list("registration").annotate(Count("pk")))
