from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models.programmes import City


class OfficialQuerySet(models.QuerySet["Official"]):
    def in_force(self) -> Self:
        return self.filter(withdrawn_at=None)


class Official(models.Model):
    """A login that speaks for a city, until it is taken back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="officials", verbose_name=_("user"))
    city = models.ForeignKey(City, models.PROTECT, related_name="officials", verbose_name=_("city"))
    given_at = models.DateTimeField(_("since"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = OfficialQuerySet.as_manager()

    class Meta:
        verbose_name = _("city official")
        verbose_name_plural = _("city officials")
        ordering = ["city__name_key", "given_at"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "city",
                condition=Q(withdrawn_at=None),
                name="official_once_a_city",
                violation_error_message=_("This person speaks for the city already."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False),
                name="official_withdrawn_by_has_its_time",
                violation_error_message=_("Who withdrew it needs the time when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.city}"
