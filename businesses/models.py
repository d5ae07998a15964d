from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from businesses.matching import Identity, name_key, street_key
from programmes.folding import folded, without_plural
from programmes.models import City, Programme
from programmes.offering import FromFiles, OfferedQuerySet
from questionnaires.texts import said

AnyUser = User | AnonymousUser


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


class StaffSize(models.TextChoices):
    ALONE = "alone", _("I work alone")
    FEW = "2-4", _("2 to 4 people")
    SOME = "5-9", _("5 to 9 people")
    MANY = "10+", _("10 people or more")


class BusinessQuerySet(models.QuerySet["Business"]):
    def of(self, user: AnyUser) -> Self:
        """Those that this login stands for. A request that nobody has approved opens nothing."""
        if not user.is_authenticated:
            return self.none()
        approved = Membership.objects.approved().filter(person__user=user)
        return self.filter(pk__in=approved.values("business"))

    def comparable(self, shop: "Business") -> Self:
        """Those that may be the same as this one, saved or not; businesses.matching says which are."""
        same_number = Q(enterprise_number=shop.enterprise_number) & ~Q(enterprise_number="")
        same_name = Q(name_key=name_key(shop.name)) & ~Q(name_key="")
        near = self.filter(programme=shop.programme, postal_code=shop.postal_code).exclude(pk=shop.pk)
        return near.filter(same_number | same_name).order_by("recorded_at", "pk")


class Business(models.Model):
    """An establishment: one shop. Three bakeries of one company in three cities are three."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="businesses", verbose_name=_("programme")
    )
    name = models.CharField(_("name on the shop front"), max_length=150, blank=True)
    enterprise_number = models.CharField(
        _("enterprise number"), max_length=20, blank=True, help_text=_("The VAT number on the till receipt.")
    )
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="businesses", verbose_name=_("city")
    )
    sub_sector = models.ForeignKey(
        SubSector, on_delete=models.PROTECT, null=True, blank=True, related_name="businesses", verbose_name=_("trade")
    )
    staff_size = models.CharField(_("people at work"), max_length=5, choices=StaffSize, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    name_key = models.CharField(max_length=150, editable=False)
    street_key = models.CharField(max_length=200, editable=False)

    objects = BusinessQuerySet.as_manager()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        ordering: ClassVar = ["name_key", "pk"]
        indexes: ClassVar = [models.Index("programme", "postal_code", "name_key", name="business_name_and_place")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "programme",
                "enterprise_number",
                "postal_code",
                "street_key",
                condition=~Q(enterprise_number="") & ~Q(street_key=""),
                name="business_is_unique_by_number_and_address",
                violation_error_message=_("There is a shop with this number at this address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("A shop without a name"))

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key, self.street_key = name_key(self.name), street_key(self.street)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    @property
    def identity(self) -> Identity:
        return Identity(self.name, self.enterprise_number, self.street, self.postal_code)


class PersonQuerySet(models.QuerySet["Person"]):
    def of(self, user: AnyUser) -> Self:
        return self.filter(user=user) if user.is_authenticated else self.none()


class Person(models.Model):
    """Somebody who runs or helps in a shop. A person is not a login: a couple may share one, some have none."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("by e-mail")
        PHONE = "phone", _("by phone")
        POST = "post", _("by post")

    name = models.CharField(_("name"), max_length=150, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="persons",
        verbose_name=_("login"),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    channel = models.CharField(_("reached"), max_length=5, choices=Channel, default=Channel.MAIL)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering: ClassVar = [Lower("name"), "pk"]

    def __str__(self) -> str:
        return self.name or self.email or str(_("A person without a name"))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def approved(self) -> Self:
        return self.filter(state=Membership.State.APPROVED)

    def requested(self) -> Self:
        return self.filter(state=Membership.State.REQUESTED)

    def waiting_for(self, user: AnyUser) -> Self:
        """Requests that this login may decide on: those for a shop of which it stands for an owner."""
        if not user.is_authenticated:
            return self.none()
        owned = self.model.objects.approved().filter(person__user=user, role=Membership.Role.OWNER)
        return self.requested().filter(business__in=owned.values("business"))


class Membership(models.Model):
    """A person in a shop. Numbers are public: joining a shop that is known is a request until somebody approves it."""

    class Role(models.TextChoices):
        OWNER = "owner", _("runs the shop")
        HELPER = "helper", _("helps in the shop")

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("shop"))
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.OWNER)
    state = models.CharField(_("state"), max_length=9, choices=State)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships_decided",
        verbose_name=_("decided by"),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("person in a shop")
        verbose_name_plural = _("persons in shops")
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                "business",
                name="membership_is_unique",
                violation_error_message=_("This person is in this shop already."),
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_at=None) | (~Q(state="requested") & Q(decided_at__isnull=False)),
                name="membership_is_decided_at_a_time",
                violation_error_message=_("A decision has its time, a request has none."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_at__isnull=False),
                name="membership_decided_by_has_its_time",
                violation_error_message=_("Who decided needs the time when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.business}: {self.get_state_display()}"


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


class Merge(models.Model):
    """A row that turned out to be another one: what was moved, filled in and taken away, so that it can be undone."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("shop")
        PERSON = "person", _("person")

    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    business = models.ForeignKey(
        Business, models.CASCADE, null=True, blank=True, related_name="merges", verbose_name=_("shop that stayed")
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="merges", verbose_name=_("person that stayed")
    )
    # What businesses.merging.Record says, in JSON.
    record = models.JSONField(_("record"))
    merged_at = models.DateTimeField(_("merged at"), default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("merged by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        verbose_name = _("merge of duplicates")
        verbose_name_plural = _("merges of duplicates")
        ordering: ClassVar = ["-merged_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="business", business__isnull=False, person=None)
                | Q(kind="person", person__isnull=False, business=None),
                name="merge_keeps_a_shop_or_a_person",
                violation_error_message=_("A shop or a person stayed, one of the two."),
            ),
            models.CheckConstraint(
                condition=Q(undone_by=None) | Q(undone_at__isnull=False),
                name="merge_undone_by_has_its_time",
                violation_error_message=_("Who undid it needs the time when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record.get('words', '')} → {self.kept or ''}"

    @property
    def kept(self) -> Business | Person | None:
        return self.business or self.person
