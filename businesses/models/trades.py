from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.folding import folded, without_plural
from programmes.models import Programme
from programmes.offering import FromFiles, OfferedQuerySet
from questionnaires.texts import said


class FamilyQuerySet(OfferedQuerySet["Family"]):
    pass


class Family(FromFiles):
    """A group of sub-sectors: what a trade is compared with when it is too small."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="families", verbose_name=_("programme")
    )
    names = models.JSONField(_("names"))
    order = models.PositiveSmallIntegerField(_("order"))

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name = _("family of trades")
        verbose_name_plural = _("families of trades")
        ordering: ClassVar = ["programme", "order"]
        constraints: ClassVar = [models.UniqueConstraint("programme", "code", name="family_code_is_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return said(self.names)


class SubSectorQuerySet(OfferedQuerySet["SubSector"]):
    def matching(self, typed: str) -> Self:
        """By the beginnings of words of its names and keywords in all languages, accents or not."""
        return self.with_words([without_plural(word) for word in folded(typed).split()])


class SubSector(FromFiles):
    """A trade by which advice is made personal."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="sub_sectors", verbose_name=_("programme")
    )
    family = models.ForeignKey(
        Family, on_delete=models.PROTECT, related_name="sub_sectors", verbose_name=_("family of trades")
    )
    names = models.JSONField(_("names"))
    plurals = models.JSONField(_("plurals"), default=dict, blank=True)
    keywords = models.JSONField(_("keywords"), default=dict, blank=True)
    nace = models.JSONField(_("NACE codes"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))
    search_key = models.TextField(editable=False)

    objects = SubSectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sub-sector")
        verbose_name_plural = _("sub-sectors")
        ordering: ClassVar = ["programme", "order"]
        constraints: ClassVar = [models.UniqueConstraint("programme", "code", name="sub_sector_code_is_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return said(self.names)

    @property
    def plural(self) -> str:
        return said(self.plurals) or self.name
