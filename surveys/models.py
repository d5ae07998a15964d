import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from businesses.models import Business, Person
from outbox import past
from programmes.models import Campaign, Programme
from surveys.asked import Asked, asked_in
from trainings.models import Registration, Session, Topic


class SurveyQuerySet(models.QuerySet["Survey"]):
    def latest_of(self, programme: Programme) -> "Survey | None":
        return self.filter(programme=programme).order_by("-number").first()

    def current_of(self, programme: Programme) -> "Survey | None":
        """What is asked now; None in a programme that asks nothing."""
        latest = self.latest_of(programme)
        return latest if latest and latest.withdrawn_at is None else None


class Survey(models.Model):
    """One version of what a programme asks after its sessions. A changed file makes the next one."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="surveys", verbose_name=_("programme"))
    number = models.PositiveIntegerField(_("number"))
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    definition = models.JSONField(_("definition"), editable=False)
    loaded_at = models.DateTimeField(_("loaded at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["programme", "-number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="survey_one_of_a_number")]

    def __str__(self) -> str:
        return f"{self.programme} · {self.number}"

    @property
    def questions(self) -> tuple[Asked, ...]:
        """In the reader's language, with the topics of the programme where they are what is chosen from."""
        topics = Topic.objects.filter(programme=self.programme_id).order_by("order")
        offered = tuple((topic.code, topic.title) for topic in topics if topic.is_offered)
        return tuple(asked_in(question, offered) for question in self.definition["questions"])


class AnswerBoxQuerySet(models.QuerySet["AnswerBox"]):
    def open(self) -> Self:
        return self.filter(closed_on=None)

    def of_sessions(self) -> Self:
        return self.filter(session__isnull=False)

    def of_campaigns(self) -> Self:
        return self.filter(session=None)


class AnswerBox(models.Model):
    """All that was answered after one session; or, without a session, what a campaign gathered from those of too few answers.

    Nothing in it says who answered what, or in which order: docs/decisions/0007-anonymous-answers.md.
    """

    session = models.OneToOneField(
        Session, models.PROTECT, null=True, blank=True, related_name="answer_box", verbose_name=_("session")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="answer_boxes", verbose_name=_("campaign")
    )
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="boxes", verbose_name=_("survey"))
    # Those that may be read, mixed question by question, and what they come to.
    answers = models.JSONField(_("answers"), default=list, editable=False)
    tallies = models.JSONField(_("tallies"), default=dict, editable=False)
    # Those that wait until they are enough, encrypted; and how many they are.
    sealed = models.TextField(_("answers that wait"), blank=True, editable=False)
    waiting = models.PositiveIntegerField(_("how many wait"), default=0, editable=False)
    # Which invitations were used, as HMACs in their order; emptied at closing, when the counts are all that stays.
    used = models.JSONField(_("used invitations"), default=list, editable=False)
    on_paper = models.JSONField(_("those used by a sheet of paper"), default=list, editable=False)
    used_count = models.PositiveIntegerField(_("answered"), default=0, editable=False)
    sheets_taken = models.PositiveIntegerField(_("sheets taken in"), default=0, editable=False)
    sheets_typed = models.PositiveIntegerField(_("sheets typed"), default=0, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)

    objects = AnswerBoxQuerySet.as_manager()

    class Meta:
        verbose_name = _("box of answers")
        verbose_name_plural = _("boxes of answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, campaign=None) | Q(session=None, campaign__isnull=False),
                name="answer_box_of_a_session_or_a_campaign",
                violation_error_message=_("A box is of a session or of a campaign."),
            ),
            models.UniqueConstraint(fields=["campaign", "survey"], name="answer_box_one_a_campaign_and_survey"),
            models.CheckConstraint(
                condition=Q(sheets_typed__lte=models.F("sheets_taken")),
                name="answer_box_types_what_was_taken_in",
                violation_error_message=_("No more sheets are typed than were taken in."),
            ),
            models.CheckConstraint(
                condition=Q(sheets_taken__lte=models.F("used_count")),
                name="answer_box_each_sheet_uses_an_invitation",
                violation_error_message=_("Each sheet that is taken in uses an invitation."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.session or self.campaign)

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    @property
    def sheets_left(self) -> int:
        return self.sheets_taken - self.sheets_typed

    @property
    def gives_back(self) -> bool:
        """Until one of the sheets taken in is typed: nobody knows whose that is."""
        return len(self.on_paper) == self.sheets_left

    @property
    def given(self) -> list[dict[str, Any]]:
        """What may be read; of several questions it is never what one person said."""
        return [answer["given"] for answer in self.answers]


class SlipQuerySet(models.QuerySet["Slip"]):
    def with_names(self) -> Self:
        seat = ("registration__session__host", "registration__person", "registration__business")
        return self.select_related(*seat, "person", "business")

    def wanting(self) -> Self:
        """Those that asked for something."""
        return self.filter(wants_nothing=False)

    def unanswered(self) -> Self:
        return self.filter(outcome="")


class Slip(models.Model):
    """What somebody wants next, signed: never joined with what the same person answered in the survey."""

    class Reason(models.TextChoices):
        TIME = "time", _("no time now")
        COST = "cost", _("too expensive")
        DISTANCE = "distance", _("too far away")
        LEVEL = "level", _("too easy or too hard for me")
        NOBODY = "nobody", _("nobody to mind the shop")
        DONE = "done", _("I have all I need")
        OTHER = "other", _("another reason")

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        BOOKED = "booked", _("booked")
        NOT = "not", _("not done")

    uid = models.UUIDField(_("number in links"), default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="slips", verbose_name=_("registration"))
    is_helper = models.BooleanField(_("the helper"), default=False)
    # None: a helper, of whom no more is known than the name.
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="slips", verbose_name=_("person")
    )
    business = models.ForeignKey(
        Business, models.SET_NULL, null=True, blank=True, related_name="slips", verbose_name=_("shop")
    )
    name = models.CharField(_("name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5)
    topics = models.ManyToManyField(Topic, blank=True, related_name="slips", verbose_name=_("trainings wanted"))
    wants_call = models.BooleanField(_("wants a call"), default=False)
    wants_small_group = models.BooleanField(_("wants a small group"), default=False)
    wants_help = models.BooleanField(_("wants help on the spot"), default=False)
    wants_nothing = models.BooleanField(_("wants nothing"), default=False)
    reason = models.CharField(_("because"), max_length=8, choices=Reason, blank=True)
    contact_agreed_at = models.DateTimeField(_("agreed to be contacted at"), null=True, blank=True)
    signed_at = models.DateTimeField(_("signed at"), default=timezone.now)
    # Staff who wrote it down from paper, or at the desk.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    outcome = models.CharField(_("what came of it"), max_length=6, choices=Outcome, blank=True)
    outcome_reason = models.CharField(_("why not"), max_length=8, choices=Reason, blank=True)
    outcome_at = models.DateTimeField(_("told at"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)

    objects = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "is_helper"],
                name="slip_once_a_head",
                violation_error_message=_("This person has signed a slip already."),
            ),
            models.CheckConstraint(
                condition=Q(is_helper=True, person=None) | Q(is_helper=False, person__isnull=False),
                name="slip_of_a_helper_is_of_no_person",
                violation_error_message=_("A helper is known by name alone; any other slip is of a person."),
            ),
            models.CheckConstraint(
                condition=Q(wants_nothing=False, reason="")
                | (Q(wants_nothing=True, wants_call=False, wants_small_group=False, wants_help=False) & ~Q(reason="")),
                name="slip_nothing_for_a_reason",
                violation_error_message=_("Who wants nothing says why; who wants something needs no reason."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at=None, outcome_reason="")
                | (Q(outcome__in=["done", "booked"], outcome_reason="", outcome_at__isnull=False))
                | (Q(outcome="not", outcome_at__isnull=False) & ~Q(outcome_reason="")),
                name="slip_outcome_has_its_time",
                violation_error_message=_("An outcome has its time, and what was not done its reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def signer(self) -> str:
        """As staff must know them before they call."""
        if not self.is_helper:
            return self.name
        return _("%(name)s (came along with %(person)s)") % {"name": self.name, "person": self.registration.person}

    @property
    def wishes(self) -> list[str]:
        """In the reader's words."""
        wanted = {
            _("a call"): self.wants_call,
            _("a small group, of five at most"): self.wants_small_group,
            _("help on the spot"): self.wants_help,
        }
        others = [str(words) for words, is_wanted in wanted.items() if is_wanted]
        return [*(topic.title for topic in self.topics.all()), *others]
