"""What stands first for whom, on the own page and in the admin."""

from functools import partial

import pytest
from django.contrib import admin

from accounts.applying import apply_roles
from accounts.roles import Role
from portal.work import work_of
from programmes.models import Official
from tests.conftest import user

SPACE = "/my/"
REPORTS, FIGURES, TURNOUT = (f"/reports/commerce-connecte/{page}" for page in ("", "figures/", "turnout/"))


@pytest.fixture
def roles(db):
    apply_roles()


def urls_of(person):
    return [each.url for each in work_of(person)]


def test_work_is_what_the_role_may_open(commerce, roles, alice, dana, omar, namur):
    Official.objects.create(user=omar, city=namur)
    adviser = user("ada@programme.example", Role.ADVISER, is_staff=True)
    tom = user("tom@trainer.example", Role.TRAINER)
    reader = user("mina@ministry.example", Role.MINISTRY_READER)

    assert [urls_of(each) for each in (alice, dana, adviser, tom, omar, reader)] == [
        [],
        ["/admin/", "/survey/", REPORTS, FIGURES, TURNOUT],
        ["/admin/"],
        ["/trainings/teaching/"],
        [REPORTS],
        [REPORTS, FIGURES, TURNOUT],
    ]


def test_official_of_no_city_has_no_reports(commerce, roles, omar):
    assert urls_of(omar) == []


def test_work_names_the_programme(commerce, roles, omar, namur, in_english):
    Official.objects.create(user=omar, city=namur)
    assert [str(each.title) for each in work_of(omar)] == ["Reports of Commerce connecté"]


def test_own_page_of_an_official_is_the_work_and_nothing_that_is_empty(commerce, roles, omar, namur, signed_in):
    Official.objects.create(user=omar, city=namur)
    page = signed_in(omar).get(SPACE, headers={"Accept-Language": "en"}).text
    assert page.count("btn-primary") == 1
    assert f'<a class="btn btn-primary" href="{REPORTS}">' in page
    assert [words in page for words in ("My sessions", "My certificates", "My results", "Mails we sent you")] == [
        False
    ] * 4


def test_own_page_of_a_shopkeeper_says_what_will_stand_there(commerce, alice, signed_in):
    page = signed_in(alice).get(SPACE, headers={"Accept-Language": "en"}).text
    assert page.count("btn-primary") == 1
    assert [words in page for words in ("My sessions", "My certificates", "My results", "Mails we sent you")] == [
        True
    ] * 4


def test_official_with_results_of_an_own_shop_sees_them_under_the_work(completed, roles, omar, namur, signed_in):
    Official.objects.create(user=omar, city=namur)
    completed.person = omar.persons.create(name="Omar")
    completed.save(update_fields=["person"])
    page = signed_in(omar).get(SPACE, headers={"Accept-Language": "en"}).text
    assert ("My results" in page, "My sessions" in page, page.count("btn-primary")) == (True, False, 1)


def test_admin_begins_with_the_work_but_not_with_a_link_to_itself(commerce, roles, dana, rf):
    page = shown(admin.site.index, rf.get("/admin/"), dana)
    assert [f'<a class="button" href="{url}">' in page for url in ("/survey/", REPORTS, FIGURES, TURNOUT)] == [True] * 4
    assert '<a class="button" href="/admin/">' not in page


def test_page_of_one_part_of_the_admin_has_its_lists_alone(commerce, roles, dana, rf):
    view = partial(admin.site.app_index, app_label="programmes")
    assert 'class="work"' not in shown(view, rf.get("/admin/programmes/"), dana)


def shown(view, request, person):
    request.user = person
    return view(request).render().content.decode()
