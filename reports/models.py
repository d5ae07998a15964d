import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.models import Campaign, City, Grouping, Programme
from reports.access import reads_figures
from reports.periods import Kind, Period, quarter_of
from reports.subjects import Subject


class Frozen(Exception):
    """A release is never changed: what came in since belongs to the next one."""


class ContentChanged(Exception):
    """What stands in the database is not what was released."""


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one spelling of a content: what its checksum is taken of."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def checksum_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


class FrozenQuerySet[Row: models.Model](models.QuerySet[Row]):
    def update(self, **values: Any) -> int:
        raise Frozen


class OfAPeriod(models.Model):
    """What was counted of a period as it stood on a day: frozen."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    period = models.CharField(_("period"), max_length=8, choices=Kind)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("campaign")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    as_of = models.DateTimeField(_("as of"))
    as_of_on = models.DateField(_("as of the day"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    content = models.JSONField(_("content"))

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period="campaign", campaign__isnull=False)
                | Q(period__in=["quarter", "year"], campaign=None),
                name="%(class)s_of_a_campaign_names_it",
                violation_error_message=_("A release about a campaign names it, and only that."),
            ),
            models.CheckConstraint(
                condition=Q(since__lte=models.F("until")),
                name="%(class)s_period_begins_before_it_ends",
                violation_error_message=_("The period ends before it begins."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen(str(self))
        super().save(*args, **kwargs)

    @property
    def span(self) -> Period:
        return Period(Kind(self.period), self.since, self.until, self.campaign)


def of_period(period: Period) -> dict[str, Any]:
    """The fields that say of which."""
    return {"period": period.kind, "since": period.since, "until": period.until, "campaign": period.campaign}


class ProtectedQuerySet(FrozenQuerySet["Protected"]):
    def serving(self, programme: Programme, period: Period, day: date) -> Self:
        """Those that a release as of that day takes its counts from, the earliest first. While the period runs they are of the same
        quarter of a year: the fewer there are, the less must be held back so that they don't give one another away."""
        since = period.until + timedelta(days=1) if period.is_over(day) else quarter_of(day).since
        return self.filter(programme=programme, as_of_on__range=(since, day), **of_period(period)).order_by(
            "as_of", "pk"
        )


class Protected(OfAPeriod):
    """Counts by attribute in all cities, groupings and the whole in one period: what says something about few is held back, together
    and beside all that was published before. Releases take them from here."""

    objects = ProtectedQuerySet.as_manager()

    class Meta(OfAPeriod.Meta):
        verbose_name = _("protected counts")
        verbose_name_plural = _("protected counts")
        ordering: ClassVar = ["as_of", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "period", "campaign", "since", "until", "as_of_on"],
                nulls_distinct=False,
                name="protected_once_a_day",
            ),
            *OfAPeriod.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.span.code} {self.as_of_on}"


class ReleaseQuerySet(FrozenQuerySet["Release"]):
    def visible_to(self, user: User) -> Self:
        """Staff and the ministry read all; an official those of the cities that are entrusted to that login now."""
        if reads_figures(user):
            return self
        return self.filter(city__in=City.objects.of_official(user).values("pk"))

    def about(self, programme: Programme, period: Period, city: City | None, grouping: Grouping | None) -> Self:
        return self.filter(
            programme=programme,
            city=city,
            grouping=grouping,
            **of_period(period),
        )

    def with_names(self) -> Self:
        return self.select_related("programme", "campaign", "city", "grouping")

    def latest_first(self) -> Self:
        return self.order_by("-as_of", "-pk")


class Release(OfAPeriod):
    """All tables and figures about a city, a grouping or the whole in one period, as they stood on a day: frozen, and signed by a checksum."""

    # Neither of the two: the whole programme.
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="releases", verbose_name=_("city")
    )
    grouping = models.ForeignKey(
        Grouping, models.PROTECT, null=True, blank=True, related_name="releases", verbose_name=_("grouping of cities")
    )
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    checksum = models.CharField("SHA-256", max_length=64)

    objects = ReleaseQuerySet.as_manager()

    class Meta(OfAPeriod.Meta):
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering: ClassVar = ["-as_of", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "city", "grouping", "period", "campaign", "since", "until", "as_of_on"],
                nulls_distinct=False,
                name="release_once_a_day",
                violation_error_message=_("This was released on that day already."),
            ),
            models.CheckConstraint(
                condition=Q(city=None) | Q(grouping=None),
                name="release_of_a_city_or_a_grouping",
                violation_error_message=_("A release is about one city, one grouping, or the whole."),
            ),
            *OfAPeriod.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> Subject:
        return Subject(self.programme, self.span, self.city, self.grouping)

    @property
    def about(self) -> str:
        """The city, the grouping, or the programme as a whole."""
        return str(self.city or self.grouping or self.programme)

    @property
    def is_preliminary(self) -> bool:
        """Made while its period was running."""
        return self.as_of_on <= self.until

    def checked_content(self) -> Mapping[str, Any]:
        """What documents are made of. Raises ContentChanged."""
        if checksum_of(self.content) != self.checksum:
            raise ContentChanged(self.reference)
        content: Mapping[str, Any] = self.content
        return content
