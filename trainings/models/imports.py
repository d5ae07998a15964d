import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from trainings.models.registrations import Registration
from trainings.models.sessions import Session


class ImportQuerySet(models.QuerySet["Import"]):
    def of_session(self, session: Session) -> Self:
        return self.filter(session=session).select_related("brought_by").order_by("-brought_at", "-pk")


class Import(models.Model):
    """A list of participants that staff brought for a session, as it was read: the same bytes are one list, however often brought."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="imports", verbose_name=_("session"))
    name = models.CharField(_("name of the file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    read_as = models.JSONField(_("read as"), default=dict)
    # Participants come after this row; 0: the list has no heads.
    head_number = models.PositiveIntegerField(_("row of the heads"), default=0)
    columns = models.JSONField(_("what each column says"), default=list)
    # How often it was applied, or is being: each has its own job.
    runs = models.PositiveSmallIntegerField(default=0, editable=False)
    brought_at = models.DateTimeField(_("brought at"), default=timezone.now)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("brought by")
    )
    erased_at = models.DateTimeField(_("rows erased at"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of participants")
        verbose_name_plural = _("lists of participants")
        ordering = ["-brought_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "sha256"],
                name="import_file_once_a_session",
                violation_error_message=_("This file was brought for this session already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def job_key(self) -> str:
        return f"{self.pk}/{self.runs}"


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def participants(self, file: Import) -> Self:
        """Those of the list that come after its heads, in their order."""
        return self.filter(file=file, number__gt=file.head_number).order_by("number")

    def applied(self) -> Self:
        return self.exclude(outcome="")

    def pending(self) -> Self:
        return self.filter(outcome="")


class ImportRow(models.Model):
    """One row of a list; once it is applied, what came of it. Its key is that of its registration, so that it gives one at most."""

    class Outcome(models.TextChoices):
        REGISTERED = "registered", _("registered")
        WAITING = "waiting", _("on the waiting list")
        ALREADY = "already", _("was registered already")

    NEW, SHOP, ROW = "new", "shop:", "row:"

    file = models.ForeignKey(Import, models.CASCADE, related_name="rows", verbose_name=_("list"))
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(_("cells"), default=list)
    # Of the cells: the same row of another file is known again.
    digest = models.CharField(max_length=64, blank=True)
    # Which shop it is, where a person had to say: "new", "shop:" with its key, or "row:" with the number of an earlier row.
    choice = models.CharField(_("which shop"), max_length=24, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outcome = models.CharField(_("what came of it"), max_length=10, choices=Outcome, blank=True)
    refusal = models.CharField(_("why it could not be applied"), max_length=250, blank=True)
    registration = models.ForeignKey(
        Registration,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="import_rows",
        verbose_name=_("registration"),
    )
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a list")
        verbose_name_plural = _("rows of lists")
        ordering = ["file", "number"]
        indexes = [models.Index(fields=["digest"], name="import_row_again", condition=~Q(outcome="") & ~Q(digest=""))]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="import_row_once_a_file"),
            models.CheckConstraint(
                condition=Q(outcome="", applied_at=None) | (~Q(outcome="") & Q(applied_at__isnull=False)),
                name="import_row_applied_has_its_time",
                violation_error_message=_("What was applied has its time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file}: {self.number}"

    @property
    def is_applied(self) -> bool:
        return bool(self.outcome)

    @property
    def made_one_that_stands(self) -> bool:
        """Whether it made a registration that can still be taken back."""
        is_made = self.outcome in (self.Outcome.REGISTERED, self.Outcome.WAITING)
        return is_made and self.registration is not None and self.registration.is_live
