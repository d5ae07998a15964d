import pytest

from programmes.models import Mobilisation
from tests.programmes.engagements import make_territory
from tests.programmes.makers import make_city, make_programme

ADD = "/admin/programmes/mobilisation/add/"


@pytest.fixture
def territory(db):
    return make_territory()


def typed(territory, *visits, kind="letter", city=None, **values):
    campaign, cities = territory
    sent = {"campaign": campaign.pk, "city": (city or cities["Namur"]).pk, "kind": kind, "on": "2026-02-08"}
    sent |= {"visits-TOTAL_FORMS": len(visits), "visits-INITIAL_FORMS": 0}
    for number, (outcome, reason, shops) in enumerate(visits):
        one = {"outcome": outcome, "reason": reason, "shops": shops}
        sent |= {f"visits-{number}-{name}": value for name, value in one.items()}
    return sent | values


def test_action_is_noted_with_who_and_its_code(territory, staff):
    staff.post(ADD, typed(territory, ("no", "cost", 3), ("interested", "", 9), kind="stewards", hours="6.5"))
    action = Mobilisation.objects.get()
    assert (action.by.email, len(action.code)) == ("dana@programme.example", 7)
    assert {*action.visits.values_list("outcome", "reason", "shops")} == {("no", "cost", 3), ("interested", "", 9)}
    page = staff.get(f"/admin/programmes/mobilisation/{action.pk}/change/").content.decode()
    assert f"?via={action.code}" in page


def test_code_stays_when_the_action_is_changed(territory, staff):
    staff.post(ADD, typed(territory))
    before = Mobilisation.objects.get()
    staff.post(f"/admin/programmes/mobilisation/{before.pk}/change/", typed(territory, about="By post"))
    after = Mobilisation.objects.get()
    assert (after.code, after.by, after.about) == (before.code, before.by, "By post")


@pytest.mark.parametrize(
    ("kind", "visits", "words"),
    [
        ("letter", [("interested", "", 3)], "Only stewards count"),
        ("stewards", [("no", "", 3)], "A no has a reason"),
        ("stewards", [("closed", "", 0)], "At least one shop"),
        ("stewards", [("closed", "", 3), ("closed", "", 2)], "Please correct the"),
    ],
)
def test_what_can_not_be_is_refused(territory, staff, kind, visits, words):
    page = staff.post(ADD, typed(territory, *visits, kind=kind)).content.decode()
    assert (words in page, Mobilisation.objects.count()) == (True, 0)


def test_city_of_another_programme_is_refused(territory, staff):
    page = staff.post(ADD, typed(territory, city=make_city(make_programme("crafts")))).content.decode()
    assert ("belongs to another programme" in page, Mobilisation.objects.count()) == (True, 0)


def test_action_without_its_campaign_is_asked_for_it(territory, staff):
    page = staff.post(ADD, typed(territory, campaign=""))
    assert [*page.context["adminform"].form.errors] == ["campaign"]


def test_rounds_of_stewards_stay_theirs_until_what_they_found_is_taken_out(territory, staff):
    staff.post(ADD, typed(territory, ("closed", "", 3), kind="stewards"))
    action = Mobilisation.objects.get()
    known = {"visits-INITIAL_FORMS": 1, "visits-0-id": action.visits.get().pk, "visits-0-mobilisation": action.pk}
    letter = typed(territory, ("closed", "", 3)) | known
    address = f"/admin/programmes/mobilisation/{action.pk}/change/"
    assert "Only stewards count" in staff.post(address, letter).content.decode()
    staff.post(address, letter | {"visits-0-DELETE": "on"})
    action.refresh_from_db()
    assert (action.kind, action.visits.count()) == ("letter", 0)


def test_adviser_notes_nothing(territory, adviser):
    assert adviser.post(ADD, typed(territory)).status_code == 403
