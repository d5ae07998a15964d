from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.models import User
from accounts.roles import ROLES_FILE, Role, RoleFileError, Rules, read_rules, rules

TEXT = ROLES_FILE.read_text(encoding="utf-8")


def test_file_has_every_role_and_no_other():
    assert list(rules()) == list(Role)


def test_file_without_a_role_is_refused():
    with pytest.raises(RoleFileError, match="helper: not in the file"):
        read_rules(TEXT.replace("  helper:\n", "  assistant:\n"))


def test_all_mistakes_are_told_at_once():
    wrong = TEXT.replace("[trainer, adviser, city-official]", "[trainer, king]").replace("    staff: true\n", "", 1)
    with pytest.raises(RoleFileError) as caught:
        read_rules(wrong)
    assert str(caught.value) == "adviser: staff is missing or unknown; programme-staff: may_give king: no such role"


def test_only_administrators_give_what_opens_everything():
    givers = {role for role, rule in rules().items() if Role.ADMINISTRATOR in rule.may_give}
    assert givers == {Role.ADMINISTRATOR}
    assert rules()[Role.PROGRAMME_STAFF].may_give == (Role.TRAINER, Role.ADVISER, Role.CITY_OFFICIAL)


def test_staff_cannot_change_roles_or_sign_in_data_by_permission(roles):
    staff = Group.objects.get(name=Role.PROGRAMME_STAFF).permissions.all()
    held = {f"{one.content_type.app_label}.{one.codename}" for one in staff.select_related("content_type")}
    assert not {name for name in held if name.startswith(("auth.", "mfa.", "account."))}
    assert {name for name in held if name.startswith("accounts.")} == {
        "accounts.view_user",
        "accounts.change_user",
        "accounts.view_invitation",
    }


def test_applying_twice_changes_nothing(roles):
    before = {group.name: set(group.permissions.all()) for group in Group.objects.all()}
    counts = apply_roles()
    assert {group.name: set(group.permissions.all()) for group in Group.objects.all()} == before
    assert counts[Role.ADMINISTRATOR] == len(before[Role.ADMINISTRATOR]) > 0
    assert set(before) == set(Role.values)


def test_applying_takes_away_what_was_added_by_hand(roles):
    group = Group.objects.get(name=Role.TRAINER)
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    apply_roles()
    assert group.permissions.count() == 0


def test_applying_opens_and_closes_the_admin_by_role(roles, monkeypatch):
    trainer = invite(email="tom@example.org", role=Role.TRAINER, by=None).user
    adviser = invite(email="ada@example.org", role=Role.ADVISER, by=None).user
    stray = User.objects.create_user("stray@example.org", is_staff=True)
    other = dict(rules()) | {Role.TRAINER: Rules(True, (), ()), Role.ADVISER: Rules(False, (), ())}
    monkeypatch.setattr("accounts.applying.rules", lambda: other)
    apply_roles()
    staff = {user.email: user.is_staff for user in User.objects.filter(pk__in=[trainer.pk, adviser.pk, stray.pk])}
    assert staff == {"tom@example.org": True, "ada@example.org": False, "stray@example.org": False}


def test_unknown_permission_is_refused_and_nothing_half_applied(db, monkeypatch):
    monkeypatch.setattr("accounts.applying.rules", lambda: {Role.TRAINER: Rules(False, (), ("accounts.fly_user",))})
    with pytest.raises(CommandError, match="accounts.fly_user: no such permission"):
        call_command("apply_roles", stdout=StringIO())
    assert Group.objects.count() == 0
