"""Giving and taking back roles. The command line and the admin call the same two verbs."""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mailing import queue_invitation
from accounts.models import Invitation, User, normalised_address
from accounts.roles import Role, rules


class MayNotGiveRole(PermissionDenied):
    """This person's own roles do not let them give, or take back, that role."""


def roles_given_by(user: User) -> tuple[Role, ...]:
    """The roles that this user may give to others, in the order of the file."""
    open_to = {given for role in user.roles for given in rules()[role].may_give}
    return tuple(role for role in Role if role in open_to)


def may_manage(by: User, user: User) -> bool:
    """May `by` change this account? Only when `by` could have given every role that it has."""
    return set(user.roles) <= set(roles_given_by(by))


@transaction.atomic
def invite(
    *, email: str, role: Role, by: User | None, name: str = "", language: str = "", again: bool = False
) -> Invitation:
    """Gives a role to whoever holds this address, and tells them by mail. A second call changes nothing and sends
    nothing, unless `again` asks for the mail. `by` is None on the command line only, which may give every role."""
    require_right_to_give(role, by)
    user = User.objects.of_address(normalised_address(email), language=language)
    _complete(user, name=name, language=language)
    invitation, is_new = Invitation.objects.in_force().get_or_create(user=user, role=role, defaults={"invited_by": by})
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    _settle(user)
    if is_new or again:
        queue_invitation(invitation)
    return invitation


@transaction.atomic
def withdraw(*, user: User, role: Role, by: User | None) -> None:
    """Takes a role back. Who had it, until when and by whose hand stays on record."""
    require_right_to_give(role, by)
    Invitation.objects.in_force().filter(user=user, role=role).update(withdrawn_at=timezone.now(), withdrawn_by=by)
    user.groups.remove(*user.groups.filter(name=role))
    _settle(user)


def require_right_to_give(role: Role, by: User | None) -> None:
    if by is not None and role not in roles_given_by(by):
        raise MayNotGiveRole(_("You may not give this role."))


def _complete(user: User, *, name: str, language: str) -> None:
    """Fills what is still empty; what a person has chosen stays."""
    user.name = user.name or name
    user.language = user.language or language
    user.save(update_fields=["name", "language"])


def _settle(user: User) -> None:
    """After a change of roles: whoever has a role of staff may open the admin, and nobody else."""
    user.__dict__.pop("roles", None)
    user.is_staff = any(rules()[role].staff for role in user.roles)
    user.save(update_fields=["is_staff"])
