from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from asking.statements import Given, Statement
from questionnaires.engine.definition import Question
from questionnaires.engine.diagnosing import Diagnoser
from questionnaires.preparing import Prepared, Stored, prepare


class Questionnaire(models.Model):
    """A questionnaire over all its versions; `code` is given by whoever loads it."""

    code = models.CharField(_("code"), max_length=100, unique=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class NeverChanged(Exception):
    """A version is what answers refer to: it is never changed; a changed questionnaire makes the next version."""


class VersionManager(models.Manager["Version"]):
    """Leaves the definition in the database: it is large, and each process keeps it prepared by digest."""

    def get_queryset(self) -> models.QuerySet["Version"]:
        return super().get_queryset().defer("definition")

    def latest_of(self, code: str) -> "Version | None":
        return LATEST.first(code=code)


class Version(models.Model):
    """One state of a questionnaire, with its texts, topics and sub-sectors, as people answered it. Never updated."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="versions", verbose_name=_("questionnaire")
    )
    number = models.PositiveIntegerField(_("number"))
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    definition = models.JSONField(_("definition"), editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = VersionManager()

    class Meta:
        verbose_name = _("questionnaire version")
        verbose_name_plural = _("questionnaire versions")
        base_manager_name = "objects"
        ordering: ClassVar = ["questionnaire", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="one_version_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever inserts; a trigger in the database refuses what goes round this."""
        if not self._state.adding:
            raise NeverChanged(f"{self} is never changed; load the questionnaire again to make the next version.")
        super().save(*args, **kwargs)

    @property
    def prepared(self) -> Prepared:
        return prepare(Stored(self.digest, self._definition))

    @property
    def diagnoser(self) -> Diagnoser:
        return self.prepared.diagnoser

    @property
    def title(self) -> Mapping[str, str]:
        title: Mapping[str, str] = self.prepared.questionnaire["title"]
        return title

    @property
    def dimensions(self) -> list[dict[str, Any]]:
        return [*self.prepared.dimensions.values()]

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [*self.prepared.questions.values()]

    @property
    def topics(self) -> list[dict[str, Any]]:
        return [*self.prepared.topics.values()]

    @property
    def sub_sectors(self) -> list[dict[str, Any]]:
        return [*self.prepared.sub_sectors.values()]

    @property
    def families(self) -> list[dict[str, Any]]:
        return [*self.prepared.families.values()]

    def dimension(self, code: str) -> dict[str, Any]:
        return self.prepared.dimensions[code]

    def question(self, code: str) -> dict[str, Any]:
        return self.prepared.questions[code]

    def engine_question(self, code: str) -> Question:
        """The same question as the engine knows it."""
        return self.diagnoser.scorer.questions[code]

    def topic(self, code: str) -> dict[str, Any]:
        return self.prepared.topics[code]

    def sub_sector(self, code: str) -> dict[str, Any]:
        return self.prepared.sub_sectors[code]

    def family(self, code: str) -> dict[str, Any]:
        return self.prepared.families[code]

    def _definition(self) -> dict[str, Any]:
        definition: dict[str, Any] = self.definition
        return definition


LATEST = Statement(lambda: Version.objects.filter(questionnaire__code=Given("code")).order_by("-number")[:1])
