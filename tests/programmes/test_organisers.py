"""Which cities organise together with the programme, and in which language each is written to: as the files say."""

import pytest

from portal import loading
from programmes.models import City
from questionnaires.files import BadContent
from tests.portal.small_programme import change, write


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path)


def load(folder):
    return loading.load(loading.read(folder))


def organisers():
    return {*City.objects.joint_organisers().values_list("code", flat=True)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "known"),
    [("", set()), ('joint_organisers: ["92094"]\n', {"92094"}), ("joint_organisers: [all]\n", {"92094", "62063"})],
)
def test_cities_are_joint_organisers_where_the_programme_says_so(folder, written, known):
    change(folder, "programme.yaml", "campaigns:\n", f"{written}campaigns:\n")
    load(folder)
    assert organisers() == known
    assert [change for change in load(folder).changes if not change.is_none] == []


@pytest.mark.django_db
def test_city_that_is_taken_off_the_list_is_none_any_more(folder):
    change(folder, "programme.yaml", "campaigns:\n", 'joint_organisers: ["92094"]\ncampaigns:\n')
    load(folder)
    change(folder, "programme.yaml", 'joint_organisers: ["92094"]\n', "")
    load(folder)
    assert organisers() == set()


def test_city_that_is_not_in_the_file_is_told(folder):
    change(folder, "programme.yaml", "campaigns:\n", 'joint_organisers: ["92094", "99999"]\ncampaigns:\n')
    with pytest.raises(BadContent, match="programme.yaml:17: `99999` is not a city of cities.csv"):
        loading.read(folder)


def test_list_that_is_none_is_told(folder):
    change(folder, "programme.yaml", "campaigns:\n", "joint_organisers: all\ncampaigns:\n")
    with pytest.raises(BadContent, match="`joint_organisers` must be a list"):
        loading.read(folder)


@pytest.mark.django_db
def test_language_of_a_city_is_loaded(folder):
    change(
        folder,
        "cities.csv",
        "code,name_fr,name_nl,postal_codes,province,shops",
        "code,name_fr,name_nl,postal_codes,province,shops,language",
    )
    change(folder, "cities.csv", "namur,\n", "namur,,en\n")
    change(folder, "cities.csv", "liege,812\n", "liege,812,\n")
    load(folder)
    assert [*City.objects.order_by("code").values_list("code", "language")] == [("62063", ""), ("92094", "en")]


def test_language_that_the_programme_does_not_offer_is_told(folder):
    change(
        folder,
        "cities.csv",
        "code,name_fr,name_nl,postal_codes,province,shops",
        "code,name_fr,name_nl,postal_codes,province,shops,language",
    )
    change(folder, "cities.csv", "namur,\n", "namur,,nl\n")
    change(folder, "cities.csv", "liege,812\n", "liege,812,\n")
    with pytest.raises(BadContent, match="cities.csv:2: `nl` is not a language of the programme; write one of fr, en"):
        loading.read(folder)
