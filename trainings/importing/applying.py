"""A list is applied by the worker: each good row, or all of them at once or none, through the verbs that the pages call."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from businesses.matching import name_key
from businesses.models import Business, Person
from outbox import jobs
from outbox.jobs import maker, report_step
from outbox.models import Job
from trainings import arriving, attending, registering
from trainings.importing.foreseeing import Fate, Foreseen, date_of_presence, described_by, foresee, is_namesake
from trainings.models import Import, ImportRow, Registration, Session

KIND = "import-of-participants"
STEP = 10
ROWS_AT_ONCE = 500
Outcome = ImportRow.Outcome

type Told = Callable[[int, int], None]
type Made = Sequence[tuple[Foreseen, Registration]]
type Who = dict[int, tuple[Person, Business | None]]


@transaction.atomic
def ask(*, file: Import, is_whole: bool, is_told: bool, by: User | None) -> Job:
    """The work of applying it, for the worker; while it is under way, asking again gives the same. `is_whole`: all rows or none."""
    row = Import.objects.select_for_update(no_key=True).get(pk=file.pk)
    if (current := job_of(row)) and current.is_open:
        return current
    row.runs += 1
    row.save(update_fields=["runs"])
    row.rows.exclude(refusal="").update(refusal="")
    args = {"file": row.pk, "is_whole": is_whole, "is_told": is_told, "by": by.pk if by else None}
    return jobs.request(kind=KIND, key=row.job_key, args=args, by=by)


def job_of(file: Import) -> Job | None:
    return Job.objects.current(kind=KIND, key=file.job_key).first()


@maker(KIND)
def make(job: Job) -> None:
    file = Import.objects.select_related("session__programme").get(pk=job.args["file"])
    by = User.objects.filter(pk=job.args["by"]).first()
    words = _("Registering the participants")
    if not job.args["is_whole"]:
        apply_good(
            file=file,
            is_told=job.args["is_told"],
            by=by,
            told=lambda done, total: report_step(job, done, total, words),
        )
        return
    with _told_beside(job, words) as told:
        apply_whole(file=file, is_told=job.args["is_told"], by=by, told=told)


@contextmanager
def _told_beside(job: Job, words: str) -> Iterator[Told]:
    """Progress from within a long transaction: on a connection of its own, so that it is seen, and the lease kept, before its end."""
    with ThreadPoolExecutor(1) as beside:
        try:
            yield lambda done, total: beside.submit(report_step, job, done, total, words).result()
        finally:
            beside.submit(connections.close_all).result()


def _untold(done: int, total: int) -> None:
    pass


def apply_good(
    *, file: Import, is_told: bool, by: User | None, told: Told = _untold, at: datetime | None = None
) -> None:
    """Each good row in a transaction of its own: whatever ends it in between, what was done stays, and is not done again."""
    good = [each for each in foresee(file, at=at) if each.is_good]
    for place, each in enumerate(good):
        if place % STEP == 0:
            told(place, len(good))
        try:
            _apply(file, [each], is_told, by, at or timezone.now())
        except registering.NotOpen:
            return
        except DatabaseError as error:
            words = _("It could not be written (%(what)s).") % {"what": type(error).__name__}
            ImportRow.objects.filter(pk=each.row.pk).update(refusal=words)


def apply_whole(
    *, file: Import, is_told: bool, by: User | None, told: Told = _untold, at: datetime | None = None
) -> None:
    """All rows, or none: whatever goes wrong in one, nothing is left of the others. Rows that were applied before count as good."""
    foreseen = foresee(file, at=at)
    if any(each.fate in (Fate.BAD, Fate.DECIDE) for each in foreseen):
        return
    with suppress(registering.NotOpen):
        _apply(file, [each for each in foreseen if each.is_good], is_told, by, at or timezone.now(), told)


@transaction.atomic
def _apply(
    file: Import, good: Sequence[Foreseen], is_told: bool, by: User | None, now: datetime, told: Told = _untold
) -> None:
    """People and shops first, then seats: locks are taken in the order of the pages, and the session's last."""
    arriving.wait_for("import")
    pending = {*ImportRow.objects.pending().filter(pk__in=[each.row.pk for each in good]).values_list("pk", flat=True)}
    todo = [each for each in good if each.row.pk in pending]
    who = _people(file, todo, now, told)
    new = [each for each in todo if each.row.number in who]
    newcomers = [_newcomer(file, each, *who[each.row.number]) for each in new]
    entered = registering.enter_all(session=file.session, newcomers=newcomers, by=by, is_told=is_told, at=now)
    theirs = dict(zip((each.row.number for each in new), entered, strict=True))
    made = [(each, theirs.get(each.row.number) or _here(file, each)) for each in todo]
    came = [(each, registration) for each, registration in made if registration]
    _record(came, now)
    _mark_present(file.session, came, by, now)


def _people(file: Import, todo: Sequence[Foreseen], now: datetime, told: Told) -> Who:
    """Those who have no place yet, by the numbers of their rows; who is new is written."""
    who: Who = {}
    for place, each in enumerate(todo):
        if place % STEP == 0:
            told(place, len(todo))
        if each.fate != Fate.ALREADY and not _here(file, each):
            who[each.row.number] = _who(file, each, who, now)
    return who


def _here(file: Import, each: Foreseen) -> Registration | None:
    """Whoever has a place in the session, by whatever way it came, is not given another."""
    said = each.said
    live = Registration.objects.live().filter(session=file.session).order_by().select_related("person", "business")
    if said.is_reachable:
        person = arriving.known_person(name=said.name, email=said.email, phone=said.phone)
        return live.filter(person=person).first() if person else None
    described = described_by(file.session, said)
    near = live.filter(business__name_key=name_key(said.shop)) if said.shop else live.filter(business=None)
    return next((one for one in near if is_namesake(one, said, described)), None)


def _who(file: Import, each: Foreseen, before: Who, now: datetime) -> tuple[Person, Business | None]:
    """The person and the shop of this row; `before`: those of the rows before it, by their numbers."""
    said = each.said
    return arriving.person_of(
        programme=file.session.programme,
        name=said.name,
        shop=said.shop,
        number=said.number,
        street=said.street,
        postal_code=said.postal_code,
        email=said.email,
        phone=said.phone,
        same_as=each.same_as or _shop_of_row(file, each.row.choice, before),
        at=now,
    )


def _shop_of_row(file: Import, choice: str, before: Who) -> Business | None:
    """The shop that an earlier row of the list has brought, just now or before."""
    if not choice.startswith(ImportRow.ROW):
        return None
    number = int(choice.removeprefix(ImportRow.ROW))
    if number in before:
        return before[number][1]
    row = file.rows.select_related("registration__business").filter(number=number).first()
    return row.registration.business if row and row.registration else None


def _newcomer(file: Import, each: Foreseen, person: Person, business: Business | None) -> Registration:
    return Registration(
        session=file.session,
        person=person,
        business=business,
        seats=2 if each.said.with_helper else 1,
        helper_name=each.said.helper_name,
        language=each.said.language,
        channel=Registration.Channel.IMPORT,
        uid=each.row.key,
    )


def _record(made: Made, now: datetime) -> None:
    for each, registration in made:
        row = each.row
        is_new = registration.uid == row.key
        waits = registration.state == Registration.State.WAITING
        row.outcome = (Outcome.WAITING if waits else Outcome.REGISTERED) if is_new else Outcome.ALREADY
        row.registration, row.applied_at, row.refusal = registration, now, ""
    fields = ["outcome", "registration", "applied_at", "refusal"]
    ImportRow.objects.bulk_update([each.row for each, _registration in made], fields, batch_size=ROWS_AT_ONCE)


def _mark_present(session: Session, made: Made, by: User | None, now: datetime) -> None:
    """Who was there by the list is marked as by the paper sheet, within the hours of the session."""
    boxes = [
        (registration, is_helper)
        for each, registration in made
        for is_helper in (False, True)[: min(each.heads, registration.seats)]
    ]
    if boxes and (date := date_of_presence(session, now)):
        attending.mark_sheet(date=date, present=boxes, by=by, at=min(now, date.ends_at))
