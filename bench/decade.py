"""Five years of a large programme: sessions in sixty-six cities, who came, what it cost, what they answered, and self-diagnostics."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from bench.client import chance_of
from bench.past import take
from bench.pouring import pour
from businesses.models import Business, Membership, Person, SubSector
from diagnostics.models import Diagnostic
from programmes.mobilising import new_code
from programmes.models import Campaign, City, Engagement, Mobilisation, Programme, StateChange
from surveys.asked import tallied
from surveys.models import AnswerBox, Slip, Survey
from trainings.models import (
    Attendance,
    AttendanceMark,
    Module,
    Registration,
    SeatEvent,
    Session,
    SessionDate,
    Topic,
    VoucherEntry,
)

YEARS, CITIES = 5, 66
TEMPLATES = 200  # different results, each handed over as often as it takes
PRICE, HALF = Decimal(180), Decimal(90)
IN_A_SESSION = 20
Rows = Iterator[tuple]


class Decade:
    """`share` of the full load: 100,000 registrations, 60,000 answers and 200,000 self-diagnostics."""

    def __init__(self, share: float) -> None:
        self.chance = chance_of(6)
        self.registrations, self.answers, self.diagnostics = (round(share * n) for n in (100_000, 60_000, 200_000))
        self.sessions, self.shops = self.registrations // IN_A_SESSION, round(share * 40_000)
        self.now = timezone.now()
        self.begin = self.now - timedelta(days=365 * YEARS)
        self.programme = Programme.objects.get(code="commerce-connecte")

    @transaction.atomic
    def load(self) -> None:
        """Once, into a database that has the content and nothing else; all but the self-diagnostics."""
        self._shops()
        self._mobilise()
        self._sessions()
        self._registrations()
        self._vouchers()
        self._answers()
        self._slips()

    # What there is to choose from

    @cached_property
    def campaigns(self) -> list[Campaign]:
        years = range(self.begin.year, self.now.year + 1)
        # Those of the content would run beside them.
        self.programme.campaigns.filter(ends_on__gte=self.begin.date()).delete()
        return Campaign.objects.bulk_create(
            Campaign(
                programme=self.programme,
                code=f"bench-{year}",
                names={"fr": f"{year}"},
                starts_on=date(year, 1, 1),
                ends_on=date(year, 12, 31),
            )
            for year in years
        )

    @cached_property
    def cities(self) -> list[int]:
        every = City.objects.filter(programme=self.programme).order_by("code").values_list("pk", flat=True)
        return [*every[:: len(every) // CITIES]][:CITIES]

    @cached_property
    def trades(self) -> list[int]:
        return [*SubSector.objects.filter(programme=self.programme).values_list("pk", flat=True)]

    @cached_property
    def topics(self) -> list[int]:
        return [*Topic.objects.filter(programme=self.programme).values_list("pk", flat=True)]

    def of_year(self, moment: datetime) -> int:
        return self.campaigns[moment.year - self.begin.year].pk

    def uid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def moment(self, ahead: int = 0) -> datetime:
        """In the five years, and so many days to come."""
        return self.begin + timedelta(seconds=self.chance.random() * (365 * YEARS + ahead) * 86_400)

    # Who there is

    def _shops(self) -> None:
        City.objects.filter(pk__in=self.cities).update(shops=900)
        known = ["id", "programme_id", "city_id", "sub_sector_id", "name", "name_key", "recorded_at"]
        pour(
            Business,
            known,
            (
                (
                    n,
                    self.programme.pk,
                    self.city_of(n),
                    self.trades[n % len(self.trades)],
                    f"Shop {n}",
                    f"shop {n}",
                    self.begin,
                )
                for n in range(1, self.shops + 1)
            ),
        )
        people = range(1, self.people + 1)
        pour(Person, ["id", "name", "recorded_at"], ((n, f"Person {n}", self.begin) for n in people))
        belonging = ["person_id", "business_id", "state", "asked_at", "decided_at"]
        approved = Membership.State.APPROVED
        pour(Membership, belonging, ((n, self.shop_of(n), approved, self.begin, self.begin) for n in people))

    @property
    def people(self) -> int:
        return self.shops * 3 // 2

    def shop_of(self, person: int) -> int:
        return person % self.shops + 1

    def city_of(self, shop: int) -> int:
        return self.cities[shop * 7 % CITIES]

    def _mobilise(self) -> None:
        """In each year one city refuses, and the others take part."""
        both = [(campaign, city) for campaign in self.campaigns for city in self.cities]
        engaged = Engagement.objects.bulk_create(self._engaged(*one) for one in both)
        StateChange.objects.bulk_create(
            StateChange(engagement=one, became=one.state, reason=one.reason, at=one.invited_recorded_at)
            for one in engaged
        )
        kinds = Mobilisation.Kind.values[:4]
        Mobilisation.objects.bulk_create(
            Mobilisation(campaign=campaign, city_id=city, kind=kind, on=campaign.starts_on, hours=2, code=new_code())
            for campaign, city in both
            for kind in kinds
        )

    def _engaged(self, campaign: Campaign, city: int) -> Engagement:
        state, reason = ("refused", "cost") if self.cities.index(city) == campaign.pk % CITIES else ("taking-part", "")
        at = timezone.make_aware(datetime(campaign.starts_on.year, 1, 4, 9))
        invited = {"invited_on": at.date(), "invited_recorded_at": at}
        return Engagement(campaign=campaign, city_id=city, state=state, reason=reason, **invited)

    # Sessions and who came

    def _sessions(self) -> None:
        module = Module.objects.create(
            programme=self.programme,
            topic_id=self.topics[0],
            provider="Bench",
            price=PRICE,
            approval="approved",
            approval_number="B",
        )
        named = ["id", "uid", "programme_id", "campaign_id", "kind", "topic_id", "module_id", "host_id", "capacity"]
        named += ["seats_taken", "starts_at", "ends_at", "state", "published_at", "recorded_at"]
        pour(Session, named, self._each_session(module))
        through = Session.cities.through
        both = Session.objects.values_list("pk", "host")
        pour(through, ["session_id", "city_id"], (pair for pk, host in both for pair in self._grouped(pk, host)))
        dates = Session.objects.values_list("pk", "pk", "starts_at", "ends_at")
        pour(SessionDate, ["id", "session_id", "starts_at", "ends_at"], dates)

    def _each_session(self, module: Module) -> Rows:
        for number in range(1, self.sessions + 1):
            starts = self.moment(ahead=30)
            is_training, ends = number % 5 < 2, starts + timedelta(hours=3)
            kind = Session.Kind.TRAINING if is_training else Session.Kind.AWARENESS
            state = Session.State.HELD if ends < self.now else Session.State.OPEN
            topic, taught = self.chance.choice(self.topics), module.pk if is_training else None
            campaign, host = self.of_year(min(starts, self.now)), self.chance.choice(self.cities)
            seats = (2 * IN_A_SESSION, 0)
            yield (
                number,
                self.uid(),
                self.programme.pk,
                campaign,
                kind,
                topic,
                taught,
                host,
                *seats,
                starts,
                ends,
                state,
                self.begin,
                self.begin,
            )

    def _grouped(self, session: int, host: int) -> Rows:
        """Each third with a neighbour."""
        yield session, host
        if session % 3 == 0:
            yield session, self.cities[(self.cities.index(host) + 1) % CITIES]

    def _registrations(self) -> None:
        named = ["id", "uid", "session_id", "person_id", "business_id", "seats", "helper_name", "state", "language"]
        named += ["via_id", "asked_at", "confirmed_at", "recorded_at"]
        pour(Registration, named, self._each_registration())
        seen = ["registration_id", "date_id", "is_helper", "is_present", "marked_at", "recorded_at"]
        pour(Attendance, seen, self._each_head())
        heads = Attendance.objects.values_list(
            "registration", "date", "is_helper", "is_present", "marked_at", "recorded_at"
        )
        marked = ["key", "registration_id", "date_id", "is_helper", "is_present", "at", "recorded_at"]
        pour(AttendanceMark, marked, ((self.uid(), *row) for row in heads))
        seated = Registration.objects.values_list("pk", "session", "asked_at")
        events = ["registration_id", "session_id", "at", "kind", "seats_taken", "capacity"]
        pour(SeatEvent, events, ((*row, SeatEvent.Kind.SEATED, 1, 2 * IN_A_SESSION) for row in seated))

    def _each_registration(self) -> Rows:
        starts = dict(Session.objects.values_list("pk", "starts_at"))
        actions = [*Mobilisation.objects.values_list("pk", flat=True)]
        for number in range(1, self.registrations + 1):
            session, person = (number - 1) // IN_A_SESSION + 1, number * 7 % self.people + 1
            asked = min(starts[session], self.now) - timedelta(days=self.chance.randint(1, 20))
            seats, helper = (2, "Helper") if number % 10 == 0 else (1, "")
            via = self.chance.choice(actions) if number % 3 == 0 else None
            shop = self.shop_of(person) if number % 25 else None
            yield number, self.uid(), session, person, shop, seats, helper, "registered", "fr", via, asked, asked, asked

    def _each_head(self) -> Rows:
        """Of ten, nine came."""
        over = Registration.objects.filter(session__state=Session.State.HELD)
        for pk, session, seats, at in over.values_list("pk", "session", "seats", "session__starts_at"):
            is_present = pk % 10 != 5
            for is_helper in range(seats):
                yield pk, session, bool(is_helper), is_present, at, at

    def _vouchers(self) -> None:
        named = [
            "registration_id",
            "campaign_id",
            "position",
            "kind",
            "full_price",
            "paid",
            "public_share",
            "at",
            "recorded_at",
        ]
        pour(VoucherEntry, named, self._each_voucher())

    def _each_voucher(self) -> Rows:
        paid = Registration.objects.filter(session__kind=Session.Kind.TRAINING)
        rows = paid.values_list("pk", "session__campaign", "asked_at", "session__ends_at")
        for pk, campaign, asked, ended in rows:
            yield pk, campaign, 1, "reserved", PRICE, HALF, HALF, asked, asked
            if ended < self.now:
                became = "released" if pk % 10 == 5 else "earned"
                yield pk, campaign, 2, became, PRICE, HALF, HALF, ended, ended

    # What they said

    def _answers(self) -> None:
        survey = Survey.objects.latest_of(self.programme)
        if survey is None:
            raise SystemExit("The programme asks nothing after its sessions.")
        held = Session.objects.filter(state=Session.State.HELD).values_list("pk", "ends_at")
        some, extra = divmod(self.answers, len(held))
        kinds = {n: [self._box(survey, n) for _ in range(TEMPLATES)] for n in (some, some + 1)}
        named = ["session_id", "survey_id", "answers", "tallies", "used_count", "closed_on"]
        over = (ended if ended < self.now - timedelta(days=30) else None for _pk, ended in held)
        boxes = zip(held, over, strict=True)
        pour(
            AnswerBox,
            named,
            (
                (pk, survey.pk, *self.chance.choice(kinds[n]), n, closed)
                for number, ((pk, _ended), closed) in enumerate(boxes)
                for n in [some + (number < extra)]
            ),
        )

    def _box(self, survey: Survey, n: int) -> tuple[str, str]:
        given = [
            {question.code: self._said(question) for question in survey.questions if question.kind != "text"}
            for _ in range(n)
        ]
        answers = [{"key": self.uid().hex, "given": one} for one in given]
        return json.dumps(answers), json.dumps(tallied(survey.questions, given))

    def _said(self, question) -> object:
        if question.kind == "scale":
            return self.chance.choice(question.values)
        codes = [choice.code for choice in question.choices]
        return self.chance.choice(codes) if question.kind == "single" else self.chance.sample(codes, min(2, len(codes)))

    def _slips(self) -> None:
        """Each third who came signs one."""
        came = Registration.objects.filter(session__state=Session.State.HELD, pk__in=range(0, self.registrations, 3))
        named = [
            "id",
            "uid",
            "registration_id",
            "person_id",
            "business_id",
            "name",
            "language",
            "wants_small_group",
            "signed_at",
        ]
        named += ["outcome", "outcome_reason", "outcome_at", "recorded_at"]
        pour(Slip, named, self._each_slip(came))
        wanted = Slip.objects.filter(wants_small_group=False).values_list("pk", flat=True)
        pour(Slip.topics.through, ["slip_id", "topic_id"], ((pk, self.topics[pk % len(self.topics)]) for pk in wanted))

    def _each_slip(self, came) -> Rows:
        rows = came.values_list("pk", "person", "business", "session__ends_at")
        for pk, person, business, ended in rows:
            told = ("not", "time", ended) if pk % 4 == 0 else ("", "", None)
            yield pk, self.uid(), pk, person, business, f"Person {person}", "fr", pk % 2 == 0, ended, *told, ended

    # Self-diagnostics

    def add_diagnostics(self, number: int) -> None:
        """So many more: six in ten of a shop's member; one in ten does it again, and one in ten gives up."""
        first = (Diagnostic.objects.order_by("pk").values_list("pk", flat=True).last() or 0) + 1
        named = [
            "id",
            "public_id",
            "code_digest",
            "programme_id",
            "version_id",
            "language",
            "campaign_id",
            "sub_sector_id",
            "city_id",
        ]
        named += ["person_id", "business_id", "previous_id", "started_at", "changed_at", "completed_at", "recorded_at"]
        named += ["answers", "result", "score", "profile"]
        pour(Diagnostic, named, self._each_diagnostic(first, number))

    def _each_diagnostic(self, first: int, number: int) -> Rows:
        handed_over = self.handed_over
        version = self.version
        for pk in range(first, first + number):
            started = self.moment()
            person = self.chance.randint(1, self.people) if pk % 10 < 6 else None
            shop = self.shop_of(person) if person else pk
            trade, city = self.trades[shop % len(self.trades)], self.city_of(shop)
            again = pk - 10 if pk % 10 == 9 and pk - 10 >= first else None
            ended = started + timedelta(seconds=self.chance.randint(180, 3600))
            answers, *result = self.chance.choice(handed_over)
            is_open = pk % 10 == 8 or ended > self.now
            last = (ended, started) if not is_open else (None, started)
            what = (answers, *(result if not is_open else (None, None, None)))
            who = (person, shop if person else None, again)
            named = (self.uid(), f"bench-{pk}", self.programme.pk, version, "fr", self.of_year(started), trade, city)
            yield pk, *named, *who, started, started, *last, *what

    @cached_property
    def version(self) -> int:
        return self.programme.questionnaire.versions.first().pk

    @cached_property
    def handed_over(self) -> list[tuple[str, str, int, str]]:
        """Answers, result, score and profile of self-diagnostics that were really taken."""
        taken = take(TEMPLATES, chance_of(6))
        rows = [(json.dumps(one.answers), json.dumps(one.result), one.score, json.dumps(one.profile)) for one in taken]
        Diagnostic.objects.filter(pk__in=[one.pk for one in taken]).delete()
        return rows


def refresh() -> None:
    """What PostgreSQL does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
