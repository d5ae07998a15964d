import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from businesses.models import Business, Person
from outbox import past
from programmes.models import City, Mobilisation
from trainings.models.sessions import Session, SessionDate


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def seated(self) -> Self:
        """Those that take seats: registered, held for a moment, or offered."""
        return self.filter(state__in=Registration.SEATED)

    def live(self) -> Self:
        """Seated or waiting: what somebody may still count on."""
        return self.filter(state__in=Registration.LIVE)

    def registered(self) -> Self:
        return self.filter(state=Registration.State.REGISTERED)

    def held_like(self, session: Session) -> Self:
        """Those registered in the sessions of its kind that its programme has held."""
        held = self.filter(session__state=Session.State.HELD, session__programme=session.programme_id)
        return held.registered().filter(session__kind=session.kind)

    def waiting(self) -> Self:
        """In the order in which they were accepted."""
        return self.filter(state=Registration.State.WAITING).order_by("rank")

    def lapsed(self, at: datetime) -> Self:
        """Held or offered seats whose time is over."""
        return self.filter(state__in=[Registration.State.HELD, Registration.State.OFFERED], until__lte=at)

    def of(self, user: User) -> Self:
        """Of the persons of this login, and those asked for without it at its address: signing in has proved the address."""
        by_address = Q(person__user=None, person__email=user.email)
        return self.filter(Q(person__user=user) | by_address)

    def with_uid(self, uid: uuid.UUID | str) -> "Registration | None":
        return self.with_names().filter(uid=uid).first()

    def seats(self) -> int:
        return int(self.aggregate(seats=Sum("seats"))["seats"] or 0)

    def told_of(self, city: City) -> Self:
        """Registered through a city that organises together with the programme, and told that it sees the name of their shop; in
        its own sessions alone."""
        through = self.registered().filter(via__city=city, via__city__is_joint_organiser=True, session__cities=city)
        return through.filter(names_told_at__isnull=False, business__isnull=False).exclude(business__name="")

    def with_names(self) -> Self:
        return self.select_related("session__programme", "session__topic", "session__host", "person", "business")

    def at_door(self, session: Session, marked: Collection[int]) -> Self:
        """Who may still count on something there, and those of these keys, whatever became of them."""
        here = self.filter(session=session).select_related("person", "business")
        return here.filter(Q(state__in=Registration.LIVE) | Q(pk__in=marked)).order_by()


class Registration(models.Model):
    """One person of a shop in one session, with the helper who comes along; both seats move together."""

    class State(models.TextChoices):
        HELD = "held", _("held until confirmed")
        REGISTERED = "registered", _("registered")
        WAITING = "waiting", _("waiting")
        OFFERED = "offered", _("offered")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")

    class Channel(models.TextChoices):
        PAGE = "page", _("on the page")
        STAFF = "staff", _("by staff")
        DOOR = "door", _("at the door")
        IMPORT = "import", _("from a file")

    SEATED = (State.HELD, State.REGISTERED, State.OFFERED)
    LIVE = (*SEATED, State.WAITING)

    uid = models.UUIDField(_("number in links"), default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="registrations", verbose_name=_("session"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="registrations", verbose_name=_("person"))
    business = models.ForeignKey(
        Business, models.SET_NULL, null=True, blank=True, related_name="registrations", verbose_name=_("shop")
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    helper_name = models.CharField(_("helper"), max_length=150, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    # The place in the waiting list, given once under the lock of the session and kept.
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True, editable=False)
    until = models.DateTimeField(_("kept until"), null=True, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=5)
    channel = models.CharField(_("came"), max_length=6, choices=Channel, default=Channel.PAGE)
    # What was done in their city that brought them here: the code in the link or on the poster says so.
    via = models.ForeignKey(
        Mobilisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("through"),
    )
    # When they were told that the city through which they come sees the name of the shop; none: it does not.
    names_told_at = models.DateTimeField(_("told that the city sees the shop’s name at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    cancel_reason = models.CharField(_("reason"), max_length=250, blank=True)
    # The row it became in another session: old links lead there.
    moved_to = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="moved_from",
        verbose_name=_("moved to"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["session", "asked_at", "pk"]
        indexes = [
            models.Index(fields=["session", "state", "rank"], name="registration_in_line"),
            models.Index(fields=["until"], condition=Q(until__isnull=False), name="registration_until"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(state__in=["held", "registered", "offered", "waiting"]),
                name="registration_once_a_person",
                violation_error_message=_("This person is in this session already."),
            ),
            models.UniqueConstraint(fields=["session", "rank"], name="registration_rank_once"),
            models.CheckConstraint(
                condition=Q(seats__in=[1, 2]),
                name="registration_one_or_two_seats",
                violation_error_message=_("One seat, or two with a helper."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "offered"], until__isnull=False)
                | (~Q(state__in=["held", "offered"]) & Q(until=None)),
                name="registration_kept_until_a_time",
                violation_error_message=_("A seat that is held or offered has its time."),
            ),
            models.CheckConstraint(
                condition=~Q(state="registered") | Q(confirmed_at__isnull=False),
                name="registration_is_confirmed",
                violation_error_message=_("A registration is confirmed."),
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
                name="registration_cancellation_has_its_time",
                violation_error_message=_("A cancellation has its time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.session}"

    @property
    def has_helper(self) -> bool:
        return self.seats == 2

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def standing(self) -> "Registration":
        """The row that it became by being moved, or itself."""
        return self.moved_to.standing if self.moved_to else self

    @property
    def told_city(self) -> City | None:
        """The city of which they were told that it sees the name of their shop, as long as it has a part in the session."""
        if self.via is None or self.names_told_at is None:
            return None
        return self.session.cities.filter(pk=self.via.city_id).first()

    @property
    def place_in_line(self) -> int:
        """1 for who is next; 0 when not waiting."""
        if self.state != self.State.WAITING or self.rank is None:
            return 0
        return 1 + Registration.objects.filter(session=self.session_id).waiting().filter(rank__lt=self.rank).count()


class SeatEvent(models.Model):
    """What happened to a seat, and why: the kind says the rule, the numbers what it was applied to, the reason what a person said."""

    class Kind(models.TextChoices):
        SEATED = "seated", _("took a free seat")
        QUEUED = "queued", _("joined the waiting list: too few free seats")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")
        PROMOTED = "promoted", _("promoted: first in line whom the free seats fit")
        OFFERED = "offered", _("offered a seat: first in line whom the free seats fit")
        SKIPPED = "skipped", _("passed over: too few free seats for two; keeps the rank")
        EXPIRED = "expired", _("not taken in time")
        OVERBOOKED = "overbooked", _("seated beyond the capacity")
        MOVED = "moved", _("moved to another session")
        CAPACITY = "capacity", _("capacity changed")
        STATE = "state", _("state of the session changed")

    session = models.ForeignKey(Session, models.CASCADE, related_name="seat_events", verbose_name=_("session"))
    registration = models.ForeignKey(
        Registration, models.CASCADE, null=True, blank=True, related_name="seat_events", verbose_name=_("registration")
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    reason = models.CharField(_("why"), max_length=250, blank=True)
    seats_taken = models.PositiveSmallIntegerField(_("seats taken after it"))
    capacity = models.PositiveSmallIntegerField(_("capacity after it"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("seat event")
        verbose_name_plural = _("seat events")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Attendance(models.Model):
    """Whether the person, or the helper, was there on one date: what its marks come to."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="attendances", verbose_name=_("registration")
    )
    date = models.ForeignKey(SessionDate, models.CASCADE, related_name="attendances", verbose_name=_("date"))
    is_helper = models.BooleanField(_("the helper"), default=False)
    is_present = models.BooleanField(_("present"))
    marked_at = models.DateTimeField(_("marked at"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "date", "is_helper"],
                name="attendance_once",
                violation_error_message=_("This is marked already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.registration} · {self.date}"


class AttendanceMarkQuerySet(models.QuerySet["AttendanceMark"]):
    def standing_in(self, session: Session) -> Self:
        """Those of the session that were not taken back, in the order in which they were made."""
        return self.filter(registration__session=session, withdrawn_at=None).order_by("at", "pk")


class AttendanceMark(models.Model):
    """One tap at the door, or one box of the paper sheet; its key is given where it was tapped, so that it counts once."""

    key = models.UUIDField(_("key"), unique=True, editable=False)
    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="attendance_marks", verbose_name=_("registration")
    )
    date = models.ForeignKey(SessionDate, models.CASCADE, related_name="attendance_marks", verbose_name=_("date"))
    is_helper = models.BooleanField(_("the helper"), default=False)
    is_present = models.BooleanField(_("present"))
    at = models.DateTimeField(_("marked at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = AttendanceMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of attendance")
        verbose_name_plural = _("marks of attendance")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.registration} · {self.date}"
