from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from asking.statements import Given, Statement
from programmes.folding import folded
from programmes.offering import FromFiles, OfferedQuerySet
from questionnaires.models import Questionnaire
from questionnaires.texts import said
from rendering.letterhead import Letterhead


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame of every page says of a programme, in the reader's language; nothing of who reads it."""

    code: str
    name: str
    tagline: str
    has_contact: bool
    has_legal_notice: bool
    has_privacy_notice: bool
    has_accessibility_notice: bool
    has_fictitious_note: bool


class ProgrammeQuerySet(OfferedQuerySet["Programme"]):
    pass


class Programme(models.Model):
    """A public programme, as its folder of files says. Texts are mappings of language to string."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    names = models.JSONField(_("names"))
    taglines = models.JSONField(_("taglines"), default=dict, blank=True)
    languages = models.JSONField(_("languages"))
    colour = models.CharField(_("colour"), max_length=7, validators=[RegexValidator(r"^#[0-9a-f]{6}\Z")])
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    contact_address = models.CharField(_("contact address"), max_length=250, blank=True)
    legal_texts = models.JSONField(_("legal notice"), default=dict, blank=True)
    privacy_texts = models.JSONField(_("privacy notice"), default=dict, blank=True)
    accessibility_texts = models.JSONField(_("accessibility statement"), default=dict, blank=True)
    accessibility_checked_on = models.DateField(_("accessibility last checked on"), null=True, blank=True)
    accessibility_method_texts = models.JSONField(_("how accessibility was checked"), default=dict, blank=True)
    fictitious_texts = models.JSONField(_("what is fictitious"), default=dict, blank=True)
    provinces = models.JSONField(_("provinces"), default=dict, blank=True)
    # Shares of the full price, as exact numbers in text: programmes.format.Prices. Empty: everybody pays it all.
    prices = models.JSONField(_("prices"), default=dict, blank=True)
    enterprise_number_rule = models.CharField(_("rule of enterprise numbers"), max_length=40, blank=True)
    questionnaire = models.ForeignKey(
        Questionnaire,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("questionnaire"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def name(self) -> str:
        return said(self.names)

    @property
    def tagline(self) -> str:
        return said(self.taglines)

    @property
    def legal_notice(self) -> str:
        return said(self.legal_texts)

    @property
    def privacy_notice(self) -> str:
        return said(self.privacy_texts)

    @property
    def accessibility_notice(self) -> str:
        return said(self.accessibility_texts)

    @property
    def accessibility_method(self) -> str:
        return said(self.accessibility_method_texts)

    @property
    def fictitious_note(self) -> str:
        """What in this programme is made up, to be said wherever it shows; "" when nothing is."""
        return said(self.fictitious_texts)

    @property
    def frame(self) -> Frame:
        return Frame(
            code=self.code,
            name=self.name,
            tagline=self.tagline,
            has_contact=bool(self.contact_name or self.contact_email),
            has_legal_notice=bool(self.legal_notice),
            has_privacy_notice=bool(self.privacy_notice),
            has_accessibility_notice=bool(self.accessibility_notice),
            has_fictitious_note=bool(self.fictitious_note),
        )

    @property
    def letterhead(self) -> Letterhead:
        return Letterhead(name=self.name, line=self.tagline, colour=self.colour)

    def campaign_at(self, day: date) -> "Campaign | None":
        """The campaign of that day, else the latest that had begun, else the first to come."""
        campaigns = self.campaigns.offered()
        return (
            CAMPAIGN_ON.first(programme=self.pk, day=day)
            or campaigns.filter(starts_on__lte=day).order_by("-starts_on").first()
            or campaigns.order_by("starts_on").first()
        )


class CampaignQuerySet(OfferedQuerySet["Campaign"]):
    def on(self, day: date | Given) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Campaign(FromFiles):
    """A stretch of time in which a programme runs; both its days belong to it."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("programme")
    )
    names = models.JSONField(_("names"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    voucher_budget = models.DecimalField(
        _("budget for vouchers, in euro"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering: ClassVar = ["programme", "starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint("programme", "code", name="campaign_code_is_unique"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="campaign_starts_before_it_ends",
                violation_error_message=_("A campaign ends on the day it starts, or later."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return said(self.names)

    def require_own(self, city: "City") -> None:
        """Raises ValidationError for a city of another programme."""
        if city.programme_id != self.programme_id:
            raise ValidationError({"city": _("This city belongs to another programme.")})


OFFERED = Statement(lambda: Programme.objects.offered().select_related("questionnaire"))
OFFERED_AS = Statement(lambda: Programme.objects.offered().select_related("questionnaire").filter(code=Given("code")))
CAMPAIGN_ON = Statement(lambda: Campaign.objects.offered().filter(programme=Given("programme")).on(Given("day"))[:1])


class CityQuerySet(OfferedQuerySet["City"]):
    def of_official(self, user: AbstractBaseUser) -> Self:
        """Those that this login speaks for now."""
        return self.filter(officials__user=user.pk, officials__withdrawn_at=None)

    def joint_organisers(self) -> Self:
        return self.filter(is_joint_organiser=True)

    def matching(self, typed: str) -> Self:
        """By postal code or beginning of a name, accents or not; those whose own name begins so come first."""
        begins_so = Case(When(name_key__startswith=folded(typed), then=0), default=1)
        return self.with_words(folded(typed).split()).order_by(begins_so, "name_key")


class City(FromFiles):
    """A municipality of a programme's territory; its code is the official one (in Belgium REFNIS)."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="cities", verbose_name=_("programme")
    )
    names = models.JSONField(_("names"))
    postal_codes = models.JSONField(_("postal codes"))
    province = models.CharField(_("province"), max_length=60)
    shops = models.PositiveIntegerField(_("number of shops"), null=True, blank=True, help_text=_("Empty: not known."))
    # In which its administration is written to; empty: the first of the programme.
    language = models.CharField(_("language"), max_length=5, blank=True)
    # Its officials may see the names of the shops that registered through it, and were told so.
    is_joint_organiser = models.BooleanField(_("organises together with the programme"), default=False)
    # Where its centre is, in degrees; None where the file does not say.
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    name_key = models.CharField(max_length=120, editable=False)
    search_key = models.CharField(max_length=400, editable=False)

    objects = CityQuerySet.as_manager()

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering: ClassVar = ["name_key"]
        constraints: ClassVar = [
            models.UniqueConstraint("programme", "code", name="city_code_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return said(self.names)
