"""Making Django's groups say what roles.yaml says."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import User
from accounts.roles import Role, RoleFileError, rules


@transaction.atomic
def apply_roles() -> dict[Role, int]:
    """One group for each role, with its permissions; returns how many each has. Running it twice changes nothing."""
    known = _permissions()
    granted = {role: _matching(rule.permissions, known) for role, rule in rules().items()}
    for role, permissions in granted.items():
        Group.objects.get_or_create(name=role)[0].permissions.set(permissions)
    _open_admin_by_roles()
    return {role: len(permissions) for role, permissions in granted.items()}


def _permissions() -> dict[str, int]:
    """The key of each by its name, "app.codename"."""
    found = Permission.objects.order_by("pk").values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": key for app, codename, key in found}


def _matching(patterns: Iterable[str], known: Mapping[str, int]) -> list[int]:
    """The keys of those that a pattern names. Raises RoleFileError for a pattern that names none."""
    if unknown := [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in known)]:
        raise RoleFileError("; ".join(f"{pattern}: no such permission" for pattern in unknown))
    return [key for name, key in known.items() if any(fnmatchcase(name, one) for one in patterns)]


def _open_admin_by_roles() -> None:
    staff = User.objects.with_role(*(role for role, rule in rules().items() if rule.staff)).values("pk")
    User.objects.filter(pk__in=staff, is_staff=False).update(is_staff=True)
    User.objects.filter(is_staff=True).exclude(pk__in=staff).update(is_staff=False)
