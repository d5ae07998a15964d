from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from businesses.models.shops import Person


class CallQuerySet(models.QuerySet["Call"]):
    def open(self) -> Self:
        return self.filter(state=Call.State.OPEN)

    def subject(self, subject: str) -> Self:
        """Those whose keys begin with this."""
        return self.filter(key__startswith=subject)


class Call(models.Model):
    """Something that a person must be told and that can't go by mail: staff phone, or write a letter, and note what came of it."""

    class State(models.TextChoices):
        OPEN = "open", _("to be made")
        DONE = "done", _("done")

    class Outcome(models.TextChoices):
        TOLD = "told", _("told by phone")
        POSTED = "posted", _("told by letter")
        NOT_REACHED = "not-reached", _("could not be reached")
        NOT_NEEDED = "not-needed", _("no longer needed")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="calls", verbose_name=_("person"))
    about = models.CharField(_("what it is about"), max_length=250)
    # What the mail would have been: a later part of the portal finds its way back from here.
    template = models.CharField(_("template"), max_length=100)
    language = models.CharField(_("language"), max_length=10)
    ids = models.JSONField(_("ids"), default=dict, blank=True)
    key = models.CharField(_("key"), max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN)
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome, blank=True)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls to make")
        ordering: ClassVar = ["asked_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="call_to_make", condition=Q(state="open"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", done_at=None, outcome="")
                | (Q(state="done", done_at__isnull=False) & ~Q(outcome="")),
                name="call_done_has_its_time_and_outcome",
                violation_error_message=_("A call that was made has its time and its outcome."),
            ),
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False),
                name="call_done_by_has_its_time",
                violation_error_message=_("Who called needs the time when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.about}"
