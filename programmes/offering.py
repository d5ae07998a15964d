"""Rows that come from the files of a programme: what is gone from the files is withdrawn, never deleted."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class OfferedQuerySet[M: models.Model](models.QuerySet[M]):
    def offered(self) -> Self:
        return self.filter(withdrawn_at=None)

    def with_words(self, beginnings: list[str]) -> Self:
        """Those that have, for each beginning, a word that begins so; none typed finds nothing."""
        found = self if beginnings else self.none()
        for beginning in beginnings:
            found = found.filter(search_key__contains=f" {beginning}")
        return found


class FromFiles(models.Model):
    """A row of a programme's files, known by its code."""

    code = models.CharField(_("code"), max_length=40)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_offered(self) -> bool:
        return self.withdrawn_at is None
