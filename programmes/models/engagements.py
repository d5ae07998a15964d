from collections.abc import Collection
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox import past
from programmes.folding import folded
from programmes.models.programmes import Campaign, City, Programme


class State(models.TextChoices):
    """Where a city stands."""

    TO_INVITE = "to-invite", _("to be invited")
    INVITED = "invited", pgettext_lazy("city", "invited")
    INTERESTED = "interested", _("interested")
    TAKING_PART = "taking-part", _("taking part")
    REFUSED = "refused", pgettext_lazy("city", "refused")
    NO_ANSWER = "no-answer", _("no answer")


class Reason(models.TextChoices):
    """Why a city refused: parliament asks."""

    NO_STAFF = "no-staff", _("nobody to take care of it")
    COST = "cost", _("cost")
    OWN_PROJECT = "own-project", _("has a project of its own")
    FEW_SHOPS = "few-shops", _("too few shops")
    NOT_NOW = "not-now", _("not at this moment")
    NOT_SAID = "not-said", _("gave no reason")
    OTHER = "other", _("another reason")


INVITED_ALREADY = _("A city that was invited is no longer to be invited.")


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def of(self, campaign: Campaign) -> Self:
        return self.filter(campaign=campaign)

    def with_names(self) -> Self:
        return self.select_related("city", "campaign__programme", "owner", "invited_by")

    def overdue(self, day: date) -> Self:
        """Something should have been done before that day."""
        return self.filter(due_on__lt=day)

    def most_urgent_first(self, day: date) -> Self:
        """Overdue ones, then those with a date, then the others by name."""
        late = Case(When(due_on__lt=day, then=Value(0)), default=Value(1))
        return self.order_by(late, F("due_on").asc(nulls_last=True), "city__name_key", "pk")

    def named(self, typed: str) -> Self:
        """By a beginning of the city's words, or a part of its contact's name."""
        words = folded(typed).split()
        by_city = City.objects.with_words(words).values("pk")
        return self.filter(Q(city__in=by_city) | Q(contact__icontains=typed.strip()))

    def invited_by_then(self, at: datetime, known_at: datetime | None = None) -> Self:
        """Those invited by that moment, as far as the portal knew it at `known_at`."""
        invited = self.filter(invited_on__lte=timezone.localdate(at))
        return invited.filter(invited_recorded_at__lte=known_at) if known_at else invited

    def standing_at(
        self, at: datetime, states: Collection[str], *, reason: str = "", known_at: datetime | None = None
    ) -> Self:
        """Those whose latest change by that moment, as far as the portal knew it at `known_at`, came to one of these states."""
        changes = StateChange.objects.filter(engagement=OuterRef(OuterRef("pk")), at__lte=at).order_by("-at", "-pk")
        known = changes.filter(recorded_at__lte=known_at) if known_at else changes
        latest = Subquery(known.values("pk")[:1])
        wanted = StateChange.objects.filter(pk=latest, became__in=states)
        return self.filter(Exists(wanted.filter(reason=reason) if reason else wanted))


class Engagement(models.Model):
    """What is agreed with one city in one campaign: whom one speaks to there, where it stands, and what is next."""

    State = State
    Reason = Reason

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="engagements", verbose_name=_("campaign"))
    city = models.ForeignKey(City, models.PROTECT, related_name="engagements", verbose_name=_("city"))
    contact = models.CharField(_("contact"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.TO_INVITE)
    reason = models.CharField(_("reason of the refusal"), max_length=11, choices=Reason, blank=True)
    invited_on = models.DateField(_("invited on"), null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("invited by"),
    )
    # When the portal learnt of the invitation: the second clock.
    invited_recorded_at = models.DateTimeField(_("invitation recorded at"), null=True, blank=True, editable=False)
    council_on = models.DateField(_("council decision"), null=True, blank=True)
    next_action = models.CharField(_("next action"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("owner"),
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    last_contact_on = models.DateField(_("last contact"), null=True, blank=True)
    # Counts the changes: whoever writes says which one was on the screen.
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement of a city")
        verbose_name_plural = _("engagement of the cities")
        ordering = ["campaign", "city__name_key"]
        constraints = [
            models.UniqueConstraint(
                "campaign",
                "city",
                name="engagement_once_a_city",
                violation_error_message=_("This city stands in the campaign already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="engagement_state_is_known",
                violation_error_message=_("There is no such state."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.REFUSED, reason__in=Reason.values) | (~Q(state=State.REFUSED) & Q(reason="")),
                name="engagement_refusal_has_its_reason",
                violation_error_message=_("A refusal has a reason, and only a refusal."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.INVITED, State.NO_ANSWER]) | Q(invited_on__isnull=False),
                name="engagement_invitation_has_its_day",
                violation_error_message=_("Say when the city was invited."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.TO_INVITE) | Q(invited_on=None),
                name="engagement_to_invite_is_not_invited",
                violation_error_message=INVITED_ALREADY,
            ),
            models.CheckConstraint(
                condition=Q(invited_on=None, invited_by=None, invited_recorded_at=None)
                | Q(invited_on__isnull=False, invited_recorded_at__isnull=False),
                name="engagement_invitation_is_whole",
                violation_error_message=_("Who invited goes with the day of it."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.city)

    def clean(self) -> None:
        """What no form can rule out, without asking the database; its constraints stand behind."""
        if self.state == State.REFUSED and not self.reason:
            raise ValidationError({"reason": _("Choose the reason of the refusal.")})
        if self.state == State.TO_INVITE and self.invited_on:
            raise ValidationError({"state": INVITED_ALREADY})

    @property
    def programme(self) -> Programme:
        return self.campaign.programme


class Note(models.Model):
    """What was said with a city, or about it, on one day."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="notes", verbose_name=_("engagement"))
    on = models.DateField(_("day"))
    text = models.TextField(_("note"), max_length=4000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.text[:80]


class StateChange(models.Model):
    """A city went from one state to another: who noted it, and when it was so."""

    engagement = models.ForeignKey(
        Engagement, models.CASCADE, related_name="state_changes", verbose_name=_("engagement")
    )
    was = models.CharField(_("state before"), max_length=11, choices=State, blank=True)
    became = models.CharField(_("state after"), max_length=11, choices=State)
    reason = models.CharField(_("reason of the refusal"), max_length=11, choices=Reason, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["engagement", "at"], name="state_change_latest")]

    def __str__(self) -> str:
        return f"{self.get_was_display() or '—'} → {self.get_became_display()}"
