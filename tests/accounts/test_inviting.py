from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.inviting import MayNotGiveRole, invite, withdraw
from accounts.models import Invitation, User
from accounts.roles import Role
from outbox import tasks
from outbox.models import Mail
from tests.accounts.conftest import signed_in, with_app

pytestmark = pytest.mark.django_db
INVITE = "/admin/accounts/user/invite/"


def command(*arguments):
    out = StringIO()
    call_command("invite", *arguments, stdout=out)
    return out.getvalue()


def test_command_creates_user_and_mail(smtp):
    said = command("Tom@Example.org", "--role", "trainer", "--name", "Tom", "--language", "en")
    user = User.objects.get()
    tasks.send(Mail.objects.get().pk)
    assert said == "tom@example.org: trainer\n"
    assert (user.email, user.name, user.language, user.roles, user.is_staff) == (
        "tom@example.org",
        "Tom",
        "en",
        (Role.TRAINER,),
        False,
    )
    text = smtp.messages[0].get_body(("plain",)).get_content()
    assert smtp.messages[0]["subject"] == "You are invited as trainer"
    assert "http://localhost:8000/accounts/sign-in/" in text.splitlines()
    assert "authenticator" not in text


def test_command_twice_changes_nothing():
    for _ in range(2):
        command("tom@example.org", "--role", "programme-staff")
    assert (User.objects.count(), Invitation.objects.count(), Mail.objects.count()) == (1, 1, 1)
    assert User.objects.get().is_staff is True
    command("tom@example.org", "--role", "programme-staff", "--again")
    assert (User.objects.count(), Invitation.objects.count(), Mail.objects.count()) == (1, 1, 2)


def test_command_lists_the_roles_when_there_is_no_such():
    with pytest.raises(CommandError, match="There is no role king. There are: shopkeeper, helper, trainer, adviser"):
        command("tom@example.org", "--role", "king")
    with pytest.raises(CommandError, match="tom: Enter a valid email address"):
        command("tom", "--role", "trainer")
    assert User.objects.count() == 0


def test_what_a_person_chose_stays(alice):
    invite(email="alice@example.org", role=Role.SHOPKEEPER, by=None, name="A. Lice", language="de")
    alice.refresh_from_db()
    assert (alice.name, alice.language) == ("Alice", "de")


def test_staff_invite_a_trainer_from_the_admin(dana):
    client = signed_in(dana)
    response = client.post(INVITE, {"email": "tom@example.org", "name": "Tom", "role": "trainer", "language": "fr"})
    invitation = Invitation.objects.get(user__email="tom@example.org")
    assert (response.status_code, response.url) == (302, "/admin/accounts/user/")
    assert (invitation.role, invitation.invited_by) == (Role.TRAINER, dana)
    assert Mail.objects.get(to="tom@example.org").language == "fr"


def test_staff_are_offered_only_the_roles_they_may_give(dana, root):
    for user, offered in ((dana, ["trainer", "adviser", "city-official"]), (root, Role.values)):
        html = signed_in(user).get(INVITE).content.decode()
        assert [role for role in Role.values if f'<option value="{role}"' in html] == offered


@pytest.mark.parametrize("role", ["administrator", "programme-staff", "ministry-reader"])
def test_staff_cannot_invite_an_administrator(dana, role):
    response = signed_in(dana).post(INVITE, {"email": "eve@example.org", "role": role, "language": "fr"})
    assert response.status_code == 403
    assert not User.objects.filter(email="eve@example.org").exists()
    with pytest.raises(MayNotGiveRole):
        invite(email="eve@example.org", role=Role(role), by=dana)


def test_adviser_invites_nobody(roles):
    adviser = with_app(invite(email="ada@example.org", role=Role.ADVISER, by=None).user)
    assert signed_in(adviser).get(INVITE).status_code == 403


def test_withdrawing_closes_the_admin_and_keeps_the_record(root, dana):
    client = signed_in(dana)
    assert client.get("/admin/").status_code == 200
    withdraw(user=dana, role=Role.PROGRAMME_STAFF, by=root)
    dana.refresh_from_db()
    assert (dana.is_staff, dana.roles) == (False, ())
    assert client.get("/admin/", follow=True).status_code == 403
    past = Invitation.objects.get(user=dana)
    assert (past.withdrawn_by, past.withdrawn_at is not None) == (root, True)
    invite(email=dana.email, role=Role.PROGRAMME_STAFF, by=root)
    assert Invitation.objects.filter(user=dana).count() == 2


def test_staff_cannot_withdraw_what_they_cannot_give(dana, root):
    with pytest.raises(MayNotGiveRole):
        withdraw(user=root, role=Role.ADMINISTRATOR, by=dana)
    response = signed_in(dana).post(
        "/admin/accounts/user/", {"action": "withdraw_roles", "_selected_action": [root.pk], "index": 0}
    )
    assert response.status_code == 403
    root.refresh_from_db()
    assert root.is_staff is True


@pytest.mark.parametrize("action", ["withdraw_roles", "reset_second_factor", "invite_again"])
def test_actions_on_those_one_may_manage(dana, action):
    invite(email="ada@example.org", role=Role.ADVISER, by=dana)
    ada = User.objects.get(email="ada@example.org")
    response = signed_in(dana).post(
        "/admin/accounts/user/", {"action": action, "_selected_action": [ada.pk], "index": 0}
    )
    assert (response.status_code, response.url) == (302, "/admin/accounts/user/")


def test_staff_cannot_change_the_address_of_an_administrator(dana, root):
    response = signed_in(dana).post(f"/admin/accounts/user/{root.pk}/change/", {"email": "dana2@example.org"})
    assert response.status_code == 403
    root.refresh_from_db()
    assert root.email == "root@example.org"


def test_staff_correct_an_address(dana):
    tom = invite(email="tmo@example.org", role=Role.TRAINER, by=dana).user
    none = {f"invitations-{key}": 0 for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    data = {"email": "Tom@Example.org", "name": "Tom", "language": "", "is_active": "on"} | none
    response = signed_in(dana).post(f"/admin/accounts/user/{tom.pk}/change/", data)
    tom.refresh_from_db()
    assert (response.status_code, tom.email) == (302, "tom@example.org")


def test_nobody_adds_or_promotes_a_user_by_hand(root, alice):
    client = signed_in(root)
    assert client.get("/admin/accounts/user/add/").status_code == 403
    html = client.get(f"/admin/accounts/user/{alice.pk}/change/").content.decode()
    assert [
        name
        for name in ("is_staff", "is_superuser", "groups", "user_permissions", "password")
        if f'name="{name}"' in html
    ] == []


@pytest.mark.parametrize("path", ["auth/group/", "mfa/authenticator/", "account/emailaddress/", "password_change/"])
def test_pages_with_secrets_do_not_exist(root, path):
    assert signed_in(root).get(f"/admin/{path}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_user_list_takes_the_same_queries(root, count, django_assert_num_queries):
    for index in range(count):
        invite(email=f"t{index}@example.org", role=Role.TRAINER, by=root)
    client = signed_in(root)
    with django_assert_num_queries(15):
        html = client.get("/admin/accounts/user/").content.decode()
    assert html.count("by Ruth") == count


def test_one_role_is_given_once(alice):
    Invitation.objects.create(user=alice, role=Role.TRAINER)
    with pytest.raises(IntegrityError, match="invitation_in_force_is_unique"), transaction.atomic():
        Invitation.objects.create(user=alice, role=Role.TRAINER)
    with pytest.raises(IntegrityError, match="user_email_is_lower_case"), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(email="Alice@example.org")
