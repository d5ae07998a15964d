"""Rows that stand for work: what is asked for is written here first, and the broker only rings the bell."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ATTEMPTS = 3
# A row that was rung for and not taken is rung for again after this: the broker may have been emptied.
RING_AGAIN = timedelta(seconds=60)


class WorkQuerySet[W: "Work"](models.QuerySet[W]):
    def lapsed(self) -> Self:
        """Taken by a worker that has not been heard of since its lease ended."""
        return self.filter(state=self.model.UNDER_WAY, lease_until__lt=Now())

    def due(self) -> Self:
        """What a worker may take now: the lease is what keeps two of them from the same row."""
        asked = Q(state="requested") & (Q(not_before=None) | Q(not_before__lte=Now()))
        lapsed = Q(state=self.model.UNDER_WAY, lease_until__lt=Now())
        return self.filter(asked | lapsed, attempt__lt=F("attempts_allowed"))

    def unrung(self) -> Self:
        return self.filter(Q(rung_at=None) | Q(rung_at__lt=Now() - RING_AGAIN))

    def failed(self) -> Self:
        return self.filter(state="failed")

    def retriable(self) -> Self:
        return self.failed()


class Work(models.Model):
    """Something that must happen once: who holds the lease does it, and only the current attempt counts."""

    UNDER_WAY: ClassVar[str]
    FINISHED: ClassVar[str]
    LEASE: ClassVar[timedelta]
    TASK: ClassVar[str]

    state = models.CharField(_("state"), max_length=10, default="requested")
    # Never goes back, so that no old attempt is taken for the current one; "try again" raises attempts_allowed instead.
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    attempts_allowed = models.PositiveIntegerField(_("attempts allowed"), default=ATTEMPTS)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    first_refused_at = models.DateTimeField(_("first refused at"), null=True, blank=True)
    rung_at = models.DateTimeField(_("rung at"), null=True, blank=True, default=timezone.now)
    error = models.TextField(_("what went wrong"), blank=True)
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        abstract = True


def _work_constraints(name: str, under_way: str, finished: str) -> list[models.BaseConstraint]:
    """State, lease and instants are set together or not at all."""
    leased, ended = Q(lease_until__isnull=False), Q(finished_at__isnull=False)
    return [
        models.CheckConstraint(
            name=f"{name}_state_is_known", condition=Q(state__in=["requested", under_way, finished, "failed"])
        ),
        models.CheckConstraint(
            name=f"{name}_is_leased_while_under_way",
            condition=(Q(state=under_way) & leased) | (~Q(state=under_way) & ~leased),
        ),
        models.CheckConstraint(
            name=f"{name}_ends_when_finished_or_failed",
            condition=(Q(state__in=[finished, "failed"]) & ended) | (~Q(state__in=[finished, "failed"]) & ~ended),
        ),
        models.CheckConstraint(name=f"{name}_failure_has_words", condition=~Q(state="failed") | ~Q(error="")),
    ]


class FileQuerySet(models.QuerySet["File"]):
    def expired(self) -> Self:
        return self.filter(expires_at__lte=Now())

    def on_disk(self) -> Self:
        return self.filter(deleted_at=None)


class File(models.Model):
    """Bytes made for somebody: what is on the disk must still be what was written."""

    path = models.CharField(_("path"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"))
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="file_to_delete", condition=Q(deleted_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_available(self) -> bool:
        return self.deleted_at is None and self.expires_at > timezone.now()


class JobQuerySet(WorkQuerySet["Job"]):
    def current(self, *, kind: str, key: str) -> Self:
        """The job that stands for this request now, if any."""
        return self.filter(kind=kind, key=key, superseded_at=None)

    def retriable(self) -> Self:
        return self.failed().filter(superseded_at=None)


class Job(Work):
    """A document or another long piece of work that somebody asked for; asking twice gives one job."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    UNDER_WAY = State.RUNNING
    FINISHED = State.DONE
    LEASE = timedelta(seconds=30)
    TASK = "outbox.tasks.run"

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=200)
    args = models.JSONField(_("arguments"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REQUESTED)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps_total = models.PositiveIntegerField(_("steps in all"), default=0)
    step = models.CharField(_("step"), max_length=200, blank=True)
    file = models.OneToOneField(File, verbose_name=_("file"), null=True, blank=True, on_delete=models.PROTECT)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints: ClassVar = [
            *_work_constraints("job", "running", "done"),
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="job_is_asked_for_once",
                condition=Q(superseded_at__isnull=True),
                violation_error_message=_("This is being made already."),
            ),
            models.CheckConstraint(name="job_file_when_done", condition=Q(file__isnull=True) | Q(state="done")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="job_open", condition=Q(state__in=["requested", "running"]))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.REQUESTED, self.State.RUNNING}

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED

    @property
    def has_file(self) -> bool:
        return self.file is not None and self.file.is_available


class MailQuerySet(WorkQuerySet["Mail"]):
    def sent(self) -> Self:
        return self.filter(state=Mail.State.SENT)

    def about(self, subject: str) -> Self:
        """Those whose keys begin with this."""
        return self.filter(key__startswith=subject)

    def retriable(self) -> Self:
        """A mail whose codes and links were erased has nothing left to say."""
        return self.failed().filter(secrets_erased_at=None)


def new_message_id() -> str:
    """Given once, when the mail is asked for: a second delivery of the same mail is recognised by it."""
    return f"<{uuid4()}@{urlsplit(settings.BASE_URL).hostname}>"


class Mail(Work):
    """A mail that is owed to somebody: template, language and ids; its body exists only while it is sent."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    UNDER_WAY = State.SENDING
    FINISHED = State.SENT
    # Longer than the hard time limit of the task: nobody sends it anew while one is still talking to the mail server.
    LEASE = timedelta(seconds=120)
    TASK = "outbox.tasks.send"

    template = models.CharField(_("template"), max_length=100)
    to = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=10)
    ids = models.JSONField(_("ids"), default=dict, blank=True)
    # What is asked twice under one key is sent once; None: each is a mail of its own.
    key = models.CharField(_("key"), max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REQUESTED)
    # Not editable: no form and no admin page has it.
    secrets_sealed = models.TextField(_("secrets, sealed"), blank=True, editable=False)
    secrets_erased_at = models.DateTimeField(_("secrets erased at"), null=True, blank=True)
    message_id = models.CharField(_("message id"), max_length=200, unique=True, default=new_message_id)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints: ClassVar = [
            *_work_constraints("mail", "sending", "sent"),
            models.CheckConstraint(
                name="mail_keeps_no_secret_once_sent", condition=~Q(state="sent") | Q(secrets_sealed="")
            ),
            models.CheckConstraint(
                name="mail_secrets_are_kept_or_erased",
                condition=Q(secrets_erased_at__isnull=True) | Q(secrets_sealed=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="mail_open", condition=Q(state__in=["requested", "sending"]))
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"

    @property
    def sent_at(self) -> datetime | None:
        return self.finished_at if self.state == self.State.SENT else None
