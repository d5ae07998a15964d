import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from asking.statements import Given
from businesses.models import AnyUser
from outbox import past
from programmes.models import Campaign, City, Programme
from questionnaires.texts import said
from trainings.models.topics import Topic

# From here on a freed seat goes to the first who comes: nobody can be asked to rearrange a day at such notice.
LAST_CALL = timedelta(hours=24)


class ModuleQuerySet(models.QuerySet["Module"]):
    def payable_on(self, day: date) -> Self:
        """Those whose hours may be paid with vouchers on that day; both ends belong to an approval."""
        approved = self.filter(approval=Module.Approval.APPROVED)
        begun = Q(approved_from=None) | Q(approved_from__lte=day)
        return approved.filter(begun, Q(approved_until=None) | Q(approved_until__gte=day))

    def with_names(self) -> Self:
        return self.select_related("topic")


class Module(models.Model):
    """A topic as one provider teaches it: its price, its length, and whether vouchers pay for its hours."""

    class Approval(models.TextChoices):
        NONE = "none", _("not requested")
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="modules", verbose_name=_("programme"))
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="modules", verbose_name=_("training topic"))
    provider = models.CharField(_("provider"), max_length=150)
    hours = models.PositiveSmallIntegerField(_("hours"), default=3)
    price = models.DecimalField(_("full price, in euro"), max_digits=8, decimal_places=2)
    # None: every date of the session.
    dates_for_certificate = models.PositiveSmallIntegerField(
        _("dates that earn the certificate"), null=True, blank=True, help_text=_("Empty: all of them.")
    )
    approval = models.CharField(_("approval for vouchers"), max_length=9, choices=Approval, default=Approval.NONE)
    approval_number = models.CharField(_("approval number"), max_length=60, blank=True)
    requested_on = models.DateField(_("approval requested on"), null=True, blank=True)
    approved_from = models.DateField(_("approved from"), null=True, blank=True)
    approved_until = models.DateField(_("approved until"), null=True, blank=True)
    refusal_reason = models.CharField(_("reason of the refusal"), max_length=250, blank=True)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["topic__order", "provider"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0),
                name="module_price_is_not_negative",
                violation_error_message=_("A price is 0 or more."),
            ),
            models.CheckConstraint(
                condition=~Q(approval="approved") | ~Q(approval_number=""),
                name="module_approval_has_its_number",
                violation_error_message=_("An approval has a number."),
            ),
            models.CheckConstraint(
                condition=~Q(approval="refused") | ~Q(refusal_reason=""),
                name="module_refusal_has_its_reason",
                violation_error_message=_("A refusal has a reason."),
            ),
            models.CheckConstraint(
                condition=Q(approved_from=None) | Q(approved_until=None) | Q(approved_from__lte=F("approved_until")),
                name="module_approval_ends_after_it_starts",
                violation_error_message=_("An approval ends on the day it starts, or later."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic.title} · {self.provider}"

    def is_payable_on(self, day: date) -> bool:
        """The rule of `payable_on`, for a row that is here already."""
        begun = self.approved_from is None or self.approved_from <= day
        return (
            self.approval == self.Approval.APPROVED
            and begun
            and (not self.approved_until or day <= self.approved_until)
        )


class SessionQuerySet(models.QuerySet["Session"]):
    def published(self) -> Self:
        return self.exclude(state=Session.State.DRAFT)

    def to_come(self, at: datetime | Given | None = None) -> Self:
        """Published and not begun; not those that were cancelled."""
        moment = at or timezone.now()
        coming = self.filter(state__in=[Session.State.OPEN, Session.State.CLOSED])
        return coming.filter(starts_at__gt=moment).order_by("starts_at", "pk")

    def on(self, topic: Topic) -> Self:
        return self.filter(topic=topic)

    def in_city(self, city: City) -> Self:
        return self.filter(cities=city)

    def visible_to(self, user: AnyUser) -> Self:
        """Drafts are for staff, and for those who will give them."""
        if not user.is_authenticated:
            return self.published()
        if user.is_staff:
            return self
        return self.filter(~Q(state=Session.State.DRAFT) | Q(pk__in=Session.objects.taught_by(user).values("pk")))

    def numbered_from(self, start: str) -> Self:
        """Those whose number begins with these eight signs: as good as always one. Raises ValueError for other signs."""
        first, last = (uuid.UUID(start + sign * 24) for sign in "0f")
        return self.filter(uid__range=(first, last))

    def under_minimum(self, at: datetime) -> Self:
        """Those that begin within a week, and too few are coming."""
        return self.to_come(at).filter(starts_at__lte=at + timedelta(days=7), seats_taken__lt=F("minimum"))

    def with_lapsed(self, at: datetime) -> Self:
        """Those in which a held or offered seat was not taken in time."""
        return self.filter(registrations__until__lte=at).distinct()

    def with_free_seats(self) -> Self:
        return self.filter(seats_taken__lt=F("capacity"))

    def taught_by(self, user: User) -> Self:
        return self.filter(trainers=user)

    def over(self, at: datetime) -> Self:
        """What has ended, and what does not take place."""
        return self.filter(Session.IS_OVER | Q(ends_at__lte=at))

    def not_over(self, at: datetime) -> Self:
        return self.exclude(Session.IS_OVER).filter(Q(ends_at=None) | Q(ends_at__gt=at))

    def with_facts(self) -> Self:
        """For the page of one: its dates and cities are asked for as they are needed."""
        return self.select_related("programme", "topic", "module", "host")

    def with_names(self) -> Self:
        return self.with_facts().prefetch_related("cities", "dates")


class Session(models.Model):
    """An evening, a course or a visit to which people register; it belongs to one city or to several."""

    class Kind(models.TextChoices):
        AWARENESS = "awareness", _("awareness session")
        TRAINING = "training", _("training")
        WORKSHOP = "workshop", _("workshop")
        WEBINAR = "webinar", _("webinar")
        CONFERENCE = "conference", _("conference")
        VISIT = "visit", _("visit")
        SMALL_GROUP = "small-group", _("small group")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSED = "closed", _("registration closed")
        CANCELLED = "cancelled", _("cancelled")
        HELD = "held", _("held")

    # Who waits for these is asked first, and has a day to say yes; for the others a freed seat is taken at once, and told.
    BY_OFFER = frozenset({Kind.TRAINING, Kind.WORKSHOP, Kind.SMALL_GROUP})
    SMALL_GROUP_SEATS = 5
    IS_OVER = Q(state__in=[State.HELD, State.CANCELLED])

    uid = models.UUIDField(_("number in links and calendars"), default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="sessions", verbose_name=_("programme"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sessions", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("training topic")
    )
    module = models.ForeignKey(
        Module, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("module")
    )
    titles = models.JSONField(_("title"), default=dict, blank=True, help_text=_("Empty: the title of the topic."))
    host = models.ForeignKey(City, models.PROTECT, related_name="hosted_sessions", verbose_name=_("host city"))
    cities = models.ManyToManyField(City, related_name="sessions", verbose_name=_("cities"))
    venue = models.CharField(_("venue"), max_length=150, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    link = models.URLField(_("link"), blank=True)
    languages = models.JSONField(_("languages"), default=list)
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="sessions", verbose_name=_("trainers")
    )
    level = models.CharField(_("level"), max_length=9, choices=Topic.Level, default=Topic.Level.STARTER)
    bring = models.JSONField(_("what to bring"), default=dict, blank=True)
    capacity = models.PositiveSmallIntegerField(_("seats"))
    minimum = models.PositiveSmallIntegerField(_("minimum"), default=0)
    overbooked = models.PositiveSmallIntegerField(_("seats beyond capacity"), default=0, editable=False)
    seats_taken = models.PositiveSmallIntegerField(_("seats taken"), default=0, editable=False)
    last_rank = models.PositiveIntegerField(default=0, editable=False)
    # Of the first and the last of its dates: what lists are sorted and filtered by.
    starts_at = models.DateTimeField(_("starts at"), null=True, editable=False)
    ends_at = models.DateTimeField(_("ends at"), null=True, editable=False)
    opens_at = models.DateTimeField(_("registration opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("registration closes at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    head_count = models.PositiveIntegerField(
        _("heads counted"), null=True, blank=True, help_text=_("At a conference; shown apart from named participants.")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=250, blank=True)
    # Raised at every change that people are told of: their calendars go by it (RFC 5545, SEQUENCE).
    sequence = models.PositiveIntegerField(default=0, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-pk"]
        permissions = [("overbook_session", _("May give seats beyond the capacity"))]
        indexes = [models.Index(fields=["programme", "starts_at"], name="session_by_start")]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity") + F("overbooked")),
                name="session_is_not_oversold",
                violation_error_message=_("More seats are taken than that."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="small-group") | Q(capacity__lte=5),
                name="session_small_group_of_five",
                violation_error_message=_("A small group has at most five seats."),
            ),
            models.CheckConstraint(
                condition=Q(minimum__lte=F("capacity")),
                name="session_minimum_within_capacity",
                violation_error_message=_("The minimum is at most the number of seats."),
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
                name="session_cancellation_has_its_time",
                violation_error_message=_("A cancellation has its time."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return said(self.titles) or (self.topic.title if self.topic else str(self.get_kind_display()))

    @property
    def free_seats(self) -> int:
        """Within the capacity; what was overbooked is nobody's to take."""
        return max(self.capacity - self.seats_taken, 0)

    @property
    def promotes_by_offer(self) -> bool:
        return self.kind in self.BY_OFFER

    @property
    def cancellable_until(self) -> datetime | None:
        """Until then one gives back a seat by oneself; afterwards one was there or not."""
        return self.starts_at

    def is_on_the_day(self, at: datetime) -> bool:
        """One of its own days, by the clock on the wall."""
        return timezone.localdate(at) in {timezone.localdate(date.starts_at) for date in self.dates.all()}

    @property
    def takes_place(self) -> bool:
        """Published and not cancelled; perhaps over."""
        return self.state in (self.State.OPEN, self.State.CLOSED, self.State.HELD)

    def is_coming_at(self, at: datetime) -> bool:
        """Whether a seat still means something: it takes place, and is not over."""
        is_over = self.state == self.State.HELD or (self.ends_at is not None and self.ends_at <= at)
        return self.takes_place and not is_over

    def is_in_last_call(self, at: datetime) -> bool:
        """The last 24 hours before it begins: nobody is promoted any more, seats go to the first who comes."""
        return self.starts_at is not None and at >= self.starts_at - LAST_CALL

    def settle_dates(self) -> None:
        """Takes its span over from its dates; whoever changes dates calls this."""
        span = self.dates.aggregate(first=Min("starts_at"), last=Max("ends_at"))
        self.starts_at, self.ends_at = span["first"], span["last"]
        self.save(update_fields=["starts_at", "ends_at"])

    def is_open_at(self, at: datetime) -> bool:
        """Whether people may register by themselves."""
        return (
            self.state == self.State.OPEN
            and (self.opens_at is None or self.opens_at <= at)
            and (self.closes_at is None or at < self.closes_at)
            and (self.starts_at is None or at < self.starts_at)
        )


class SessionDate(models.Model):
    """One evening of a session; a course of three evenings has three."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="dates", verbose_name=_("session"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="session_date_ends_after_it_starts",
                violation_error_message=_("It ends after it starts."),
            ),
            models.UniqueConstraint(
                fields=["session", "starts_at"],
                name="session_date_once",
                deferrable=models.Deferrable.DEFERRED,  # a course moved by a week passes through its own dates
                violation_error_message=_("This date stands twice."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"
