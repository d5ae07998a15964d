import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone

from accounts.access import role_required, staff_required
from accounts.inviting import invite
from accounts.models import Browser
from accounts.roles import Role
from accounts.second_factor import SecondFactorAdapter
from accounts.tidying import tidy
from tests.accounts.conftest import SECRET, app_code, ask_code, code_sent_to, signed_in, type_code, with_app

pytestmark = pytest.mark.django_db
SECOND = "/accounts/sign-in/second-factor/"


def admin_paths():
    """Every route of the admin, with 1 for each variable."""
    admin = next(r for r in get_resolver().url_patterns if getattr(r, "app_name", "") == "admin")
    routes = []

    def walk(prefix, patterns):
        for one in patterns:
            route = prefix + str(one.pattern)
            if isinstance(one, URLPattern):
                routes.append(route)
            else:
                walk(route, one.url_patterns)

    walk("/admin/", admin.url_patterns)
    plain = (re.sub(r"<[^>]+>", "1", route.replace("^", "").replace("$", "")) for route in routes)
    return sorted({re.sub(r"\(\?P.*\)", "accounts", one) for one in plain} - {"/admin/login/"})


def test_staff_without_second_factor_open_no_page_of_the_admin(novice):
    client = signed_in(novice)
    paths = admin_paths()
    answers = {path: client.get(path) for path in paths}
    assert len(paths) > 15
    assert {path for path, response in answers.items() if response.status_code != 302} == set()
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/second-factor/app/?next=%2Fadmin%2F"


def test_posts_of_staff_without_second_factor_do_nothing(novice):
    client = signed_in(novice)
    data = {"email": "tom@example.org", "role": "trainer", "language": "fr"}
    assert client.post("/admin/accounts/user/invite/", data).status_code == 302
    assert client.post("/admin/login/", {"username": novice.email, "password": "x"}).status_code == 302
    assert not type(novice).objects.filter(email="tom@example.org").exists()


def test_who_may_open_the_admin(alice, dana):
    anonymous = Client().get("/admin/accounts/user/", follow=True)
    assert anonymous.redirect_chain[-1][0].startswith("/accounts/sign-in/?next=/admin/accounts/user/")
    assert 'type="password"' not in anonymous.content.decode()
    assert signed_in(alice).get("/admin/", follow=True).status_code == 403
    assert signed_in(dana).get("/admin/").status_code == 200


def test_staff_with_app_are_asked_for_it_at_sign_in(client, dana):
    ask_code(client, dana.email)
    typed = type_code(client, code_sent_to(dana.email))
    assert typed.url == SECOND
    assert "_auth_user_id" not in client.session
    wrong = client.post(SECOND, {"code": "000000" if app_code() != "000000" else "111111"})
    assert "This code is not right" in wrong.content.decode()
    assert client.get("/admin/").status_code == 302
    assert client.post(SECOND, {"code": app_code()}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_app_code_works_once(dana):
    code = app_code()
    first, second = Client(), Client()
    for client in (first, second):
        ask_code(client, dana.email)
        type_code(client, code_sent_to(dana.email))
    assert first.post(SECOND, {"code": code}).status_code == 302
    assert second.post(SECOND, {"code": code}).status_code == 200
    assert "_auth_user_id" not in second.session


def test_used_app_code_stays_used_as_long_as_it_is_valid(dana, settings, monkeypatch):
    clients = [Client(), Client()]
    for client in clients:
        ask_code(client, dana.email)
        type_code(client, code_sent_to(dana.email))
    code, now = app_code(1), time.time()
    clients[0].post(SECOND, {"code": code})
    with connection.cursor() as cursor:  # which has a clock of its own
        cursor.execute("UPDATE portal_cache SET expires = expires - interval '40 seconds'")
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now + 40)
    assert clients[1].post(SECOND, {"code": code}).status_code == 200
    assert "_auth_user_id" not in clients[1].session


def test_wrong_app_codes_are_limited(client, dana):
    ask_code(client, dana.email)
    type_code(client, code_sent_to(dana.email))
    for _ in range(5):
        client.post(SECOND, {"code": "nothing"})
    assert client.post(SECOND, {"code": app_code()}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_setting_up_opens_the_admin_and_shows_recovery_codes(novice):
    client = signed_in(novice)
    page = client.get("/accounts/second-factor/app/").content.decode()
    again = client.get("/accounts/second-factor/app/").content.decode()
    secret = re.search(r'class="code">(\w+)<', page)[1]
    assert secret in again
    assert 'src="data:image/svg+xml;base64,' in page

    wrong = client.post("/accounts/second-factor/app/", {"code": "nothing"})
    assert wrong.status_code == 200
    assert Authenticator.objects.count() == 0

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    done = client.post("/accounts/second-factor/app/", {"code": code})
    assert done.url == "/accounts/second-factor/recovery-codes/"
    shown = re.findall(r'<li class="code">(\d{8})</li>', client.get(done.url).content.decode())
    assert len(shown) == 10
    assert client.get("/admin/").status_code == 200


def test_recovery_code_works_once(novice):
    client = signed_in(novice)
    page = client.get("/accounts/second-factor/app/").content.decode()
    secret = re.search(r'class="code">(\w+)<', page)[1]
    client.post("/accounts/second-factor/app/", {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]

    first, second = Client(), Client()
    for one in (first, second):
        ask_code(one, novice.email)
        type_code(one, code_sent_to(novice.email))
    assert first.post(SECOND, {"code": code}).status_code == 302
    assert first.get("/admin/").status_code == 200
    assert second.post(SECOND, {"code": code}).status_code == 200
    assert "_auth_user_id" not in second.session


def test_second_factor_is_asked_again_after_a_working_day(dana, settings):
    client = signed_in(dana)
    settings.SECOND_FACTOR_AGE = 0
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == "/accounts/second-factor/again/?next=%2Fadmin%2F"
    settings.SECOND_FACTOR_AGE = 60
    answer = client.post("/accounts/second-factor/again/", {"code": app_code(), "next": "/admin/"})
    assert (answer.status_code, answer.url) == (302, "/admin/")


def test_session_opened_before_the_app_was_set_up_is_asked_for_it(novice):
    client = signed_in(novice)
    with_app(novice)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/second-factor/again/")


def test_codes_of_another_user_do_not_count(dana, root):
    client = signed_in(dana)
    client.force_login(root, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/").status_code == 302


def test_administrator_forgets_a_lost_phone(root, dana):
    data = {"action": "reset_second_factor", "_selected_action": [dana.pk], "index": 0}
    signed_in(root).post("/admin/accounts/user/", data)
    assert not Authenticator.objects.filter(user=dana).exists()
    assert signed_in(dana).get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/second-factor/app/")


def test_staff_cannot_forget_the_phone_of_an_administrator(dana, root):
    data = {"action": "reset_second_factor", "_selected_action": [root.pk], "index": 0}
    assert signed_in(dana).post("/admin/accounts/user/", data).status_code == 403
    assert Authenticator.objects.filter(user=root).exists()


@pytest.mark.parametrize("page", ["recovery-codes/", "recovery-codes/new/", "app/remove/"])
def test_second_factor_is_asked_again_before_it_is_changed(dana, page):
    RecoveryCodes.activate(dana)
    client = signed_in(dana)
    for response in (client.get(f"/accounts/second-factor/{page}"), client.post(f"/accounts/second-factor/{page}")):
        assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/second-factor/again/")
    assert Authenticator.objects.filter(user=dana).count() == 2


def test_secret_is_sealed_in_the_database(novice):
    client = signed_in(novice)
    secret = re.search(r'class="code">(\w+)<', client.get("/accounts/second-factor/app/").content.decode())[1]
    client.post("/accounts/second-factor/app/", {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in json.dumps(stored)
    assert SecondFactorAdapter().decrypt(stored) == secret


@pytest.mark.parametrize(("role", "expected"), [(Role.TRAINER, 200), (Role.ADVISER, 403)])
def test_role_decorator(rf, roles, role, expected):
    @role_required(Role.TRAINER, Role.CITY_OFFICIAL)
    def page(request):
        return HttpResponse("hello")

    request = rf.get("/x/")
    request.user = invite(email="x@example.org", role=role, by=None).user
    try:
        status = page(request).status_code
    except PermissionDenied:
        status = 403
    assert status == expected


def test_decorators_send_the_anonymous_to_the_sign_in(rf, db):
    request = rf.get("/x/?y=1")
    request.user = AnonymousUser()
    for guard in (role_required(Role.TRAINER), staff_required):
        response = guard(lambda request: HttpResponse("hello"))(request)
        assert (response.status_code, response.url) == (302, "/accounts/sign-in/?next=/x/%3Fy%3D1")


def test_tidying_forgets_what_has_expired(db):
    cache.set("old", "x", timeout=-5)
    cache.set("fresh", "x", timeout=60)
    Browser.objects.create(
        session_key="a" * 32, session_data="", expire_date=timezone.now() - timezone.timedelta(days=1)
    )
    tidy()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache WHERE expires < now()")
        assert cursor.fetchone() == (0,)
    assert cache.get("fresh") == "x"
    assert Browser.objects.count() == 0


def test_admin_index_is_where_staff_land(client, dana):
    assert reverse("admin:index") == "/admin/"
    ask_code(client, dana.email, next="/my/")
    type_code(client, code_sent_to(dana.email), next="/my/")
    assert client.post(SECOND, {"code": app_code()}).url == "/my/"
    assert SECRET not in str(dict(client.session))
