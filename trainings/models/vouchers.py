from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outbox import past
from programmes.models import Campaign
from trainings.models.registrations import Registration


class VoucherEntryQuerySet(models.QuerySet["VoucherEntry"]):
    def until(self, at: datetime | None) -> Self:
        """As the ledger stood at that time; None: now."""
        return self if at is None else self.filter(at__lte=at)

    def last_of_each(self) -> Self:
        """The last entry of each registration, among these."""
        return self.order_by("registration_id", "-position").distinct("registration_id")

    def with_names(self) -> Self:
        return self.select_related("registration__session__host", "registration__business")


class VoucherEntry(models.Model):
    """One movement of the public share of one seat: reserved, then earned or released. Rows are added, never changed."""

    class Kind(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        EARNED = "earned", _("earned")
        RELEASED = "released", _("released")
        RETURNED = "returned", _("earned, and taken back")

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="voucher_entries", verbose_name=_("registration")
    )
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="voucher_entries", verbose_name=_("campaign"))
    position = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    full_price = models.DecimalField(_("full price"), max_digits=8, decimal_places=2)
    paid = models.DecimalField(_("paid by the participant"), max_digits=8, decimal_places=2)
    public_share = models.DecimalField(_("public share"), max_digits=8, decimal_places=2)
    at = models.DateTimeField(_("when"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects = VoucherEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher entry")
        verbose_name_plural = _("voucher entries")
        ordering = ["registration", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "position"],
                name="voucher_entry_once",
                violation_error_message=_("This movement is written already."),
            ),
            models.CheckConstraint(
                condition=Q(full_price=F("paid") + F("public_share"), paid__gte=0, public_share__gt=0),
                name="voucher_shares_make_the_price",
                violation_error_message=_("What is paid and the public share make the full price."),
            ),
            models.CheckConstraint(
                condition=Q(position=1, kind="reserved") | Q(position__gt=1),
                name="voucher_begins_reserved",
                violation_error_message=_("A voucher is reserved first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.public_share} EUR"

    @property
    def is_standing(self) -> bool:
        """The voucher pays, or will: it was not released or taken back."""
        return self.kind in (self.Kind.RESERVED, self.Kind.EARNED)
