import uuid
from collections.abc import Collection
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from businesses.models import Business, Membership, Person, StaffSize, SubSector
from outbox import past
from programmes.models import Campaign, City, Programme
from questionnaires.models import Version
from trainings.models import Session


class DiagnosticQuerySet(models.QuerySet["Diagnostic"]):
    def with_labels(self) -> Self:
        """With what every page of a diagnostic names, in the same query; the version's definition is in each process's memory."""
        related = self.select_related("programme", "version", "sub_sector__family", "city")
        return related.defer("version__definition")

    def with_names(self) -> Self:
        """With what a list of them names, and nothing of what was answered."""
        related = self.select_related("sub_sector", "city", "session__host", "business")
        return related.defer("answers", "result", "profile")

    def with_rules(self) -> Self:
        """With no more than answering needs, which is asked for most: wide rows cost more to ask for than all that is done with them."""
        own = ["public_id", "code_digest", "answers", "completed_at", "programme", "previous", "business"]
        rules = ["version__digest", "sub_sector__code", "sub_sector__family"]
        return self.select_related("version", "sub_sector").only(*own, *rules)

    def completed(self) -> Self:
        return self.filter(completed_at__isnull=False)

    def open(self) -> Self:
        return self.filter(completed_at__isnull=True)

    def scored(self) -> Self:
        return self.completed().filter(score__isnull=False)

    def of(self, user: User) -> Self:
        """Those that a person of this login took; not those of others in the same business."""
        return self.filter(person__user=user)

    def of_a_member(self) -> Self:
        """Those whose person was let into the shop. One who has only asked to join brings nothing to it, nor sees it."""
        return self.filter(_is_of_a_member())

    def among(self, public_ids: Collection[str]) -> Self:
        return self.filter(public_id__in=public_ids)

    def begun_in(self, session: Session) -> Self:
        """In its room, by the code on the screen."""
        return self.filter(session=session)

    def latest_first(self) -> Self:
        return self.order_by("-completed_at", "-started_at")

    def counting(self, among: "DiagnosticQuerySet | None" = None) -> Self:
        """One for each shop: the latest completed of its campaign. One that belongs to no business counts for itself,
        unless the same person did it again later. `among`: these are all of those that were completed by then, instead of all."""
        if among is not None:
            return self.scored().filter(*_none_later(among))
        return self.filter(pk__in=RawSQL(*_those_counting()))  # noqa: S611  # Django's own SQL


@cache
def _those_counting() -> tuple[str, tuple[Any, ...]]:
    """The SQL of `counting`, written once: for Django that is more work than the answer is for PostgreSQL."""
    completed = Diagnostic.objects.completed()
    return completed.counting(completed).order_by().values("pk").query.sql_with_params()


def _none_later(completed: DiagnosticQuerySet) -> tuple[Q, ...]:
    others = completed.filter(Q(campaign=OuterRef("campaign")) | Q(campaign=None))
    later = others.filter(completed_at__gt=OuterRef("completed_at"))
    redone = Exists(others.filter(previous=OuterRef("pk")))
    redone_beside = Exists(later.filter(previous=OuterRef("previous")))
    replaced = Exists(later.of_a_member().filter(business=OuterRef("business")))
    return ~Q(redone), ~Q(redone_beside), ~Q(replaced)


def _is_of_a_member() -> Exists:
    return Exists(Membership.objects.approved().filter(person=OuterRef("person"), business=OuterRef("business")))


class Diagnostic(models.Model):
    """One shop's answers to one version of a questionnaire and, once completed, the result that was handed over."""

    public_id = models.UUIDField(_("number in links"), default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, verbose_name=_("campaign"))
    version = models.ForeignKey(Version, models.PROTECT, verbose_name=_("questionnaire version"))
    sub_sector = models.ForeignKey(SubSector, models.PROTECT, verbose_name=_("trade"))
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, verbose_name=_("city"))
    staff_size = models.CharField(_("people at work"), max_length=10, choices=StaffSize, blank=True)
    language = models.CharField(_("language"), max_length=5)
    answers = models.JSONField(_("answers"), default=dict)
    result = models.JSONField(_("result"), null=True, editable=False)
    score = models.PositiveSmallIntegerField(_("score"), null=True, editable=False)
    # The dimensions' scores out of the result, by code: small enough to be averaged over many rows.
    profile = models.JSONField(_("profile"), null=True, editable=False)
    # In whose room it was begun, by the code on its screen. One that is done again later was not begun there.
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="diagnostics", verbose_name=_("session")
    )
    previous = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="next_ones", verbose_name=_("previous diagnostic")
    )
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, verbose_name=_("person"))
    business = models.ForeignKey(Business, models.SET_NULL, null=True, blank=True, verbose_name=_("business"))
    code_digest = models.CharField(_("fingerprint of the code"), max_length=64, unique=True, editable=False)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    changed_at = models.DateTimeField(_("last answer at"), default=timezone.now)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    objects = DiagnosticQuerySet.as_manager()

    class Meta:
        verbose_name = _("diagnostic")
        verbose_name_plural = _("diagnostics")
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, result__isnull=True)
                | Q(completed_at__isnull=False, result__isnull=False),
                name="diagnostic_result_with_completion",
                violation_error_message=_("A diagnostic has its result from the moment it is completed."),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)),
                name="diagnostic_score_out_of_100",
                violation_error_message=_("A score lies between 0 and 100."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sub_sector", "completed_at"], name="diagnostic_by_trade"),
            models.Index(fields=["programme", "completed_at"], name="diagnostic_by_programme"),
            models.Index(fields=["programme", "started_at"], name="diagnostic_by_start"),
            # The last result of somebody before or after a day, without a look at the row.
            models.Index(
                fields=["person", "completed_at"],
                include=["score"],
                condition=Q(score__isnull=False),
                name="diagnostic_score_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sub_sector} · {self.started_at:%Y-%m-%d}"

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None

    @property
    def handed_over(self) -> dict[str, Any]:
        """The stored result of a completed diagnostic."""
        if self.result is None:
            raise ValueError("An open diagnostic has no result yet.")
        return dict(self.result)


class ShareQuerySet(models.QuerySet["Share"]):
    def open(self) -> Self:
        return self.filter(revoked_at=None)


class Share(models.Model):
    """A link by which the owner lets somebody read a result, until it is revoked."""

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="shares", verbose_name=_("diagnostic"))
    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["diagnostic"],
                condition=Q(revoked_at__isnull=True),
                name="share_one_open_link",
                violation_error_message=_("This result is shared already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.diagnostic} · {self.created_at:%Y-%m-%d}"


class StretchQuerySet(models.QuerySet["Stretch"]):
    def exact(self) -> Self:
        """Those in which nothing was changed since they were counted."""
        here = {"programme": OuterRef("programme"), "at__gte": OuterRef("begins_at"), "at__lt": OuterRef("ends_at")}
        return self.exclude(Exists(Touch.objects.filter(**here)))


class Stretch(models.Model):
    """A month, or the months of a year, whose marginals the worker has counted: exact until a touch lies in it
    (docs/decisions/0010-counts-by-month.md)."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", verbose_name=_("programme"))
    begins_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    # Whoever asks how it stood later than the first, as far as was known later than the second, is answered by these counts.
    settled_at = models.DateTimeField(_("nothing happened after"))
    known_at = models.DateTimeField(_("nothing was learnt after"))
    counted_at = models.DateTimeField(_("counted at"))

    objects = StretchQuerySet.as_manager()

    class Meta:
        verbose_name = _("counted stretch of time")
        verbose_name_plural = _("counted stretches of time")
        ordering: ClassVar = ["programme", "begins_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "begins_at", "ends_at"],
                name="stretch_once",
                violation_error_message=_("This stretch of time is counted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.begins_at:%Y-%m} – {self.ends_at:%Y-%m}"

    @property
    def is_year(self) -> bool:
        """Added up of several months: a whole year, or the running one so far."""
        return self.ends_at - self.begins_at > timedelta(days=31, hours=1)

    def is_within(self, other: "Stretch") -> bool:
        return other.begins_at <= self.begins_at and self.ends_at <= other.ends_at


class Touch(models.Model):
    """Something changed in what is counted at this moment: its stretch is read from rows until the worker has counted it again."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", verbose_name=_("programme"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        indexes: ClassVar = [models.Index(fields=["programme", "at"], name="touch_by_moment")]

    def __str__(self) -> str:
        return f"{self.programme} · {self.at:%Y-%m-%d}"


class Marginal(models.Model):
    """What was counted in one stretch of time and campaign: of all, of one city, or of one trade. Each tally is a number by a key."""

    class Of(models.TextChoices):
        ALL = "all", _("all")
        CITY = "city", _("one city")
        TRADE = "trade", _("one trade")

    stretch = models.ForeignKey(
        Stretch, models.CASCADE, related_name="marginals", verbose_name=_("counted stretch of time")
    )
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="+", verbose_name=_("campaign"))
    of = models.CharField(_("of"), max_length=5, choices=Of)
    city = models.ForeignKey(City, models.CASCADE, null=True, related_name="+", verbose_name=_("city"))
    sub_sector = models.ForeignKey(SubSector, models.CASCADE, null=True, related_name="+", verbose_name=_("trade"))
    started = models.JSONField(_("started"), default=dict)
    minutes = models.JSONField(_("minutes taken"), default=dict)
    scores = models.JSONField(_("scores"), default=dict)
    dimensions = models.JSONField(_("scores by dimension"), default=dict)
    topics = models.JSONField(_("topics recommended"), default=dict)
    versions = models.JSONField(_("questionnaires answered"), default=dict)

    class Meta:
        verbose_name = _("marginal")
        verbose_name_plural = _("marginals")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stretch", "of", "campaign", "city", "sub_sector"],
                nulls_distinct=False,
                name="marginal_once",
                violation_error_message=_("This is counted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.stretch} · {self.get_of_display()}"
