import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from outbox import past
from trainings.models.registrations import Attendance, Registration
from trainings.models.sessions import Session


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def standing(self) -> Self:
        return self.filter(revoked_at=None)

    def of(self, user: User) -> Self:
        """Those of the persons for whom this login stands, and of the helpers whom they brought."""
        return self.filter(registration__in=Registration.objects.of(user))

    def of_session(self, session: Session) -> Self:
        return self.filter(registration__session=session)

    def with_names(self) -> Self:
        return self.select_related("registration__session__programme", "registration__person")

    def corrected(self) -> Self:
        """Those whose attendance no longer comes to the dates they name: it was corrected after they were issued."""
        seen = Attendance.objects.filter(
            registration=OuterRef("registration"), is_helper=OuterRef("is_helper"), is_present=True
        )
        dates_now = seen.order_by().values("registration").annotate(count=Count("pk")).values("count")
        named = Func(F("dates"), function="jsonb_array_length", output_field=models.IntegerField())
        return self.annotate(dates_now=Coalesce(Subquery(dates_now), 0), dates_named=named).exclude(
            dates_now=F("dates_named")
        )


class Certificate(models.Model):
    """What was certified to one head of a registration, in the words handed over: later changes don't reach it."""

    uid = models.UUIDField(_("number in links"), default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="certificates", verbose_name=_("registration")
    )
    is_helper = models.BooleanField(_("the helper"), default=False)
    # Without its hyphens; sixty bits, drawn at random: nobody comes upon one by trying.
    code = models.CharField(_("code"), max_length=12, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=5)
    title = models.TextField(_("title"))
    provider = models.CharField(_("provider"), max_length=150, blank=True)
    minutes = models.PositiveIntegerField(_("length in minutes"))
    # When each date began that was attended, in order, as ISO 8601.
    dates = models.JSONField(_("dates"))
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )
    revoke_reason = models.CharField(_("reason"), max_length=250, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "is_helper"],
                condition=Q(revoked_at=None),
                name="certificate_once_a_head",
                violation_error_message=_("This certificate is issued already."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoke_reason="") | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="certificate_revoked_for_a_reason",
                violation_error_message=_("A certificate is revoked at a time and for a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(dates=[]),
                name="certificate_says_who_and_when",
                violation_error_message=_("A certificate has a name and a date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def days(self) -> list[date]:
        """By the clock on the wall; two halves of one day are one day."""
        starts = [timezone.localdate(datetime.fromisoformat(start)) for start in self.dates]
        return [*dict.fromkeys(starts)]

    @property
    def was_corrected(self) -> bool:
        """Whether attendance was corrected since, so that staff look at it; lists ask `corrected()`."""
        return Certificate.objects.filter(pk=self.pk).corrected().exists()
