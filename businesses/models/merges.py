from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from businesses.models.shops import Business, Person


class Merge(models.Model):
    """A row that turned out to be another one: what was moved, filled in and taken away, so that it can be undone."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("shop")
        PERSON = "person", _("person")

    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    business = models.ForeignKey(
        Business, models.CASCADE, null=True, blank=True, related_name="merges", verbose_name=_("shop that stayed")
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="merges", verbose_name=_("person that stayed")
    )
    # What businesses.merging.Record says, in JSON.
    record = models.JSONField(_("record"))
    merged_at = models.DateTimeField(_("merged at"), default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("merged by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        verbose_name = _("merge of duplicates")
        verbose_name_plural = _("merges of duplicates")
        ordering: ClassVar = ["-merged_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="business", business__isnull=False, person=None)
                | Q(kind="person", person__isnull=False, business=None),
                name="merge_keeps_a_shop_or_a_person",
                violation_error_message=_("A shop or a person stayed, one of the two."),
            ),
            models.CheckConstraint(
                condition=Q(undone_by=None) | Q(undone_at__isnull=False),
                name="merge_undone_by_has_its_time",
                violation_error_message=_("Who undid it needs the time when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record.get('words', '')} → {self.kept or ''}"

    @property
    def kept(self) -> Business | Person | None:
        return self.business or self.person
