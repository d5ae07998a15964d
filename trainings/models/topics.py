from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models import City, Programme
from programmes.offering import FromFiles, OfferedQuerySet
from questionnaires.texts import said


class TopicQuerySet(OfferedQuerySet["Topic"]):
    pass


class Topic(FromFiles):
    """Something that shops can learn. Its rule of recommendation belongs to the questionnaire's version, not to this row."""

    class Level(models.TextChoices):
        STARTER = "starter", _("to begin with")
        GOING = "going", _("to go on")
        CONFIDENT = "confident", _("for the experienced")

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="topics", verbose_name=_("programme")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    data = models.JSONField(_("content"))

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("training topic")
        verbose_name_plural = _("training topics")
        ordering: ClassVar = ["programme", "order"]
        constraints: ClassVar = [models.UniqueConstraint("programme", "code", name="topic_code_is_unique")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return said(self.data["title"])

    @property
    def promise(self) -> str:
        return said(self.data.get("promise"))

    @property
    def contents(self) -> list[str]:
        return list(said(self.data.get("contents")) or [])

    @property
    def level(self) -> "Topic.Level":
        return Topic.Level(self.data["level"])

    @property
    def hours(self) -> int:
        return int(self.data["hours"])

    @property
    def prerequisite(self) -> str:
        return said(self.data.get("prerequisite"))

    @property
    def goal_text(self) -> str:
        return said(self.data.get("goal_text"))

    @property
    def alone(self) -> str:
        return said(self.data.get("alone"))

    @property
    def free_tools(self) -> list[dict[str, Any]]:
        return [
            {"name": said(tool["name"]), "what": said(tool["what"]), "minutes": tool["minutes"]}
            for tool in self.data.get("free_tools", [])
        ]


class InterestQuerySet(models.QuerySet["Interest"]):
    def known(self) -> Self:
        """Without those whose asker was forgotten."""
        return self.exclude(user=None, email="")

    def standing(self) -> Self:
        """Confirmed and not withdrawn: these are told when a session opens."""
        return self.known().filter(confirmed_at__isnull=False, withdrawn_at=None)

    def beside(self, interest: "Interest") -> Self:
        """All of the same login or the same address, this one included."""
        return self.filter(user=interest.user_id) if interest.user_id else self.filter(user=None, email=interest.email)

    def with_names(self) -> Self:
        return self.select_related("topic__programme", "city").order_by("topic__order", "city__name_key")

    def pending(self) -> Self:
        """Asked with an e-mail that nobody has confirmed yet."""
        return self.filter(confirmed_at=None, withdrawn_at=None)


class Interest(models.Model):
    """“Tell me when a session on this topic opens near me”, from a login or from an e-mail that its holder confirms."""

    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="interests", verbose_name=_("training topic")
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="interests", verbose_name=_("city"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="interests",
        verbose_name=_("login"),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=5)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    mailed_at = models.DateTimeField(_("confirmation mailed at"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest in a topic")
        verbose_name_plural = _("interests in topics")
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                # Neither: of somebody who was forgotten.
                condition=Q(user=None) | Q(email=""),
                name="interest_is_of_a_login_or_an_email",
                violation_error_message=_("Give a login or an e-mail, one of the two."),
            ),
            models.UniqueConstraint("topic", "city", "user", name="interest_is_unique_by_user"),
            models.UniqueConstraint(
                "topic", "city", Lower("email"), condition=~Q(email=""), name="interest_is_unique_by_email"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}, {self.city}"
