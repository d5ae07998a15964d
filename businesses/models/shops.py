from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from businesses.matching import Identity, name_key, street_key
from businesses.models.trades import SubSector
from businesses.searching import key_of
from outbox import past
from programmes.models import City, Programme

AnyUser = User | AnonymousUser


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

    def containing(self, word: str) -> Self:
        """Those that have this part of a word in their name; businesses.searching makes it of what was typed."""
        return self.filter(name_key__contains=word)


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
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)
    name_key = models.CharField(max_length=150, editable=False)
    street_key = models.CharField(max_length=200, editable=False)

    objects = BusinessQuerySet.as_manager()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        ordering: ClassVar = ["name_key", "pk"]
        indexes: ClassVar = [
            models.Index("programme", "postal_code", "name_key", name="business_name_and_place"),
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="business_by_part"),
        ]
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
    def place(self) -> str:
        """5000 Namur, as far as it is known."""
        return " ".join(filter(None, [self.postal_code, str(self.city or "")]))

    @property
    def identity(self) -> Identity:
        return Identity(self.name, self.enterprise_number, self.street, self.postal_code)


class PersonQuerySet(models.QuerySet["Person"]):
    def of(self, user: AnyUser) -> Self:
        return self.filter(user=user) if user.is_authenticated else self.none()

    def containing(self, word: str) -> Self:
        """Those that have this part of a word in their name, e-mail or phone; businesses.searching makes it of what was typed."""
        return self.filter(search_key__contains=word)


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
    recorded_at = models.DateTimeField(_("recorded at"), default=past.now, editable=False)
    search_key = models.TextField(editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering: ClassVar = [Lower("name"), "pk"]
        indexes: ClassVar = [
            models.Index(fields=["email"], name="person_by_email"),
            models.Index(fields=["phone"], name="person_by_phone"),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="person_by_part"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(_("A person without a name"))

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.search_key = key_of([self.name, self.email, self.phone])
        told = update_fields if update_fields is None else {*update_fields, "search_key"}
        super().save(*args, update_fields=told, **kwargs)


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
        APPROVED = "approved", pgettext_lazy("member of a shop", "approved")
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
