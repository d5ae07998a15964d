from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.programmes import City, Programme
from programmes.offering import FromFiles, OfferedQuerySet
from questionnaires.texts import said


class GroupingQuerySet(OfferedQuerySet["Grouping"]):
    pass


class Grouping(FromFiles):
    """Municipalities that are counted together: a province, an arrondissement, any list that the files give."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="groupings", verbose_name=_("programme"))
    names = models.JSONField(_("names"))
    is_province = models.BooleanField(_("province"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    cities = models.ManyToManyField(City, related_name="groupings", verbose_name=_("cities"))

    objects = GroupingQuerySet.as_manager()

    class Meta:
        verbose_name = _("grouping of cities")
        verbose_name_plural = _("groupings of cities")
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint("programme", "code", name="grouping_code_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return said(self.names)
