from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox import past
from programmes.models.programmes import Campaign, City


class Kind(models.TextChoices):
    LETTER = "letter", _("letter")
    CENTRE_MANAGER = "centre-manager", _("city-centre manager")
    ASSOCIATION = "association", _("traders’ association")
    STEWARDS = "stewards", _("visits of stewards")
    PRESS = "press", _("press")
    POSTER = "poster", _("posters and links of the city")
    OTHER = "other", _("something else")


class MobilisationQuerySet(models.QuerySet["Mobilisation"]):
    def of(self, campaign: Campaign) -> Self:
        return self.filter(campaign=campaign)

    def with_names(self) -> Self:
        return self.select_related("city", "campaign__programme", "by")

    def efforts(self) -> Self:
        """Not what a city shares of its own, which stands by itself, until something is noted of it."""
        return self.exclude(kind=Kind.POSTER, hours=None, pieces=None, about="")


class Mobilisation(models.Model):
    """One thing that was done in a city so that its shops come; its code in a link or a poster says who came through it."""

    Kind = Kind

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="mobilisations", verbose_name=_("campaign"))
    city = models.ForeignKey(City, models.PROTECT, related_name="mobilisations", verbose_name=_("city"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    on = models.DateField(_("day"))
    hours = models.DecimalField(
        _("hours of work"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("Of everybody together. Empty: not known."),
    )
    pieces = models.PositiveIntegerField(
        _("letters, posters or articles"), null=True, blank=True, help_text=_("Empty: not known, or none.")
    )
    about = models.CharField(_("what was done"), max_length=250, blank=True)
    code = models.CharField(_("code for links and posters"), max_length=12, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("noted by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    objects = MobilisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("mobilisation")
        verbose_name_plural = _("mobilisation")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="mobilisation_kind_is_known",
                violation_error_message=_("There is no such kind."),
            ),
            models.CheckConstraint(
                condition=Q(hours=None) | Q(hours__gte=0),
                name="mobilisation_hours_are_not_negative",
                violation_error_message=_("Hours are 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z2-9]{6,12}$"),
                name="mobilisation_code_is_short_and_plain",
                violation_error_message=_("The code has small letters and digits."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "city"],
                condition=Q(kind=Kind.POSTER),
                name="mobilisation_posters_of_a_city_once",
                violation_error_message=_(
                    "The posters of this city have their code already: all of them bear that one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.city}, {self.on:%d/%m/%Y}"

    def clean(self) -> None:
        if self.campaign_id and self.city_id:  # in a form either may be missing
            self.campaign.require_own(self.city)


class Visit(models.Model):
    """How many shops the stewards found so on one round."""

    class Outcome(models.TextChoices):
        INTERESTED = "interested", _("interested")
        REGISTERED = "registered", _("registered")
        NO = "no", _("no")
        CLOSED = "closed", _("closed")

    class Reason(models.TextChoices):
        NO_TIME = "no-time", _("no time")
        NOBODY_ELSE = "nobody-else", _("nobody to mind the shop")
        COST = "cost", _("cost")
        TOO_FAR = "too-far", _("too far away")
        TOO_HARD = "too-hard", _("feels too far from digital")
        NO_NEED = "no-need", _("sees no need")
        EQUIPPED = "equipped", _("does it all already")
        OTHER = "other", _("another reason")

    mobilisation = models.ForeignKey(
        Mobilisation, models.CASCADE, related_name="visits", verbose_name=_("mobilisation")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(_("why not"), max_length=11, choices=Reason, blank=True)
    shops = models.PositiveIntegerField(_("shops"))

    class Meta:
        verbose_name = _("outcome of visits")
        verbose_name_plural = _("outcomes of visits")
        ordering = ["mobilisation", "outcome", "reason"]
        constraints = [
            models.UniqueConstraint(
                fields=["mobilisation", "outcome", "reason"],
                name="visit_outcome_once",
                violation_error_message=_("This outcome stands twice; put the shops together."),
            ),
            models.CheckConstraint(
                condition=(Q(outcome="no") & ~Q(reason="")) | (~Q(outcome="no") & Q(reason="")),
                name="visit_no_has_its_reason",
                violation_error_message=_("A no has a reason, and only a no."),
            ),
            models.CheckConstraint(
                condition=Q(shops__gte=1),
                name="visit_of_at_least_one_shop",
                violation_error_message=_("At least one shop; leave the line out where there was none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.shops}"

    def clean(self) -> None:
        if self.mobilisation.kind != Kind.STEWARDS:
            raise ValidationError(_("Only stewards count the shops that they visit."))
