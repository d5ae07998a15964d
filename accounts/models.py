from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


def normalised_address(address: str) -> str:
    """The one spelling of an address that signs in and that gets the mail: a look-alike never opens the account of another."""
    local, _at, domain = address.strip().rpartition("@")
    return f"{local}@{punycode(domain)}".lower()


class UserQuerySet(models.QuerySet["User"]):
    def with_role(self, *roles: Role) -> "UserQuerySet":
        return self.filter(groups__name__in=roles).distinct()

    def staff(self) -> "UserQuerySet":
        return self.filter(is_staff=True, is_active=True).order_by("email")


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # a class made at run time
    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=normalised_address(username or ""))
        return user

    def create_user(self, email: str, **fields: object) -> "User":
        """A user without a password: one signs in with a code sent by mail."""
        user: User = self.model(email=normalised_address(email), **fields)
        user.set_unusable_password()
        user.save()
        return user

    def of_address(self, email: str, *, language: str = "") -> "User":
        """Whoever has proved to hold this address: the user it belongs to, or a new one."""
        fresh = {"language": language, "password": make_password(None)}
        user: User = self.get_or_create(email=normalised_address(email), defaults=fresh)[0]
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A login: an e-mail address that can receive a code. It may stand for several persons."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_is_unique", violation_error_message=_("This e-mail already signs in.")
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_is_lower_case",
                violation_error_message=_("Write the e-mail in lower case."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        held = {group.name for group in self.groups.all()}
        return tuple(role for role in Role if role in held)

    def get_short_name(self) -> str:
        return str(self)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def in_force(self) -> "InvitationQuerySet":
        return self.filter(withdrawn_at=None)


class Invitation(models.Model):
    """A role given to a user: by whom and when, and when it was taken back. Nobody (null) gave it: the command line did."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations_given",
        verbose_name=_("invited by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations_withdrawn",
        verbose_name=_("withdrawn by"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-invited_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "user",
                "role",
                condition=Q(withdrawn_at=None),
                name="invitation_in_force_is_unique",
                violation_error_message=_("This person already has this role."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False),
                name="invitation_withdrawn_by_has_its_time",
                violation_error_message=_("Who withdrew it needs the time when."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="invitation_role_is_known",
                violation_error_message=_("This role does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Browser(AbstractBaseSession):
    """A browser that is known again, with whose it is in columns: so somebody's are ended without reading everybody's."""

    # No foreign key: a request under way may save its session after the login is gone.
    login = models.BigIntegerField(_("login"), null=True, db_index=True)
    # To which it has asked for a code, until the code is typed.
    address = models.EmailField(_("e-mail"), blank=True, db_index=True)

    class Meta:
        verbose_name = _("browser")
        verbose_name_plural = _("browsers")

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from accounts.sessions import SessionStore  # noqa: PLC0415  it reads this model

        return SessionStore
