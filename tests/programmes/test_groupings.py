"""groupings.yaml: read with its mistakes, applied with the provinces."""

from dataclasses import replace

import pytest

from portal import loading
from programmes.models import City, Grouping
from programmes.reading import read_programme
from tests.conftest import folder
from tests.portal.small_programme import write

pytestmark = pytest.mark.usefixtures("in_english")

LIST = 'groupings:\n  - {code: along-the-river, name: {fr: "Le long du fleuve"}, cities: [%s]}\n'


@pytest.fixture
def written(tmp_path):
    """written(text) is a small programme with this groupings.yaml, read."""

    def read(text):
        place = write(tmp_path)
        (place / "groupings.yaml").write_text(text, encoding="utf-8")
        return read_programme(place)

    return read


def test_provinces_and_arrondissements_hold_every_city_once(commerce):
    for is_province, count in ((True, 5), (False, 20)):
        found = Grouping.objects.filter(programme=commerce, is_province=is_province)
        held = City.objects.filter(groupings__in=found)
        assert (found.count(), held.count(), held.distinct().count()) == (count, 261, 261)
    namur = Grouping.objects.get(programme=commerce, code="arrondissement-namur")
    assert (namur.names["fr"], namur.cities.filter(code="92094").exists()) == ("Arrondissement de Namur", True)


def test_second_load_changes_nothing_and_a_changed_list_only_itself(commerce):
    shipped = folder("commerce-connecte")
    assert loading.load(shipped).is_nothing_new
    first, *others = shipped.programme.groupings
    shorter = [first.model_copy(update={"cities": first.cities[1:]}), *others]
    loaded = loading.load(replace(shipped, programme=replace(shipped.programme, groupings=shorter)))
    (change,) = [change for change in loaded.changes if not change.is_none]
    assert (change.what, change.updated, change.unchanged) == ("groupings of cities", 1, 24)
    grouping = Grouping.objects.get(code=first.code)
    assert grouping.cities.count() == len(first.cities) - 1


def test_list_that_is_gone_is_withdrawn_and_comes_back(commerce):
    shipped = folder("commerce-connecte")
    loading.load(replace(shipped, programme=replace(shipped.programme, groupings=[])))
    assert Grouping.objects.offered().filter(is_province=False).count() == 0
    loading.load(shipped)
    assert Grouping.objects.offered().filter(is_province=False).count() == 20


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (LIST % '"00000"', "`00000` is not a city of cities.csv"),
        (LIST % '"92094", "92094"', "`92094` stands twice in this grouping"),
        (LIST % "", "cities"),
        ((LIST % '"92094"') * 1 + '  - {code: along-the-river, name: {fr: "x"}, cities: ["92094"]}\n', "stands twice"),
        ((LIST % '"92094"').replace("along-the-river", "province-namur"), "begins like a province"),
        ("groups: []\n", "groupings"),
        ("groupings: 7\n", "groupings"),
    ],
)
def test_mistake_is_told_with_its_line(written, text, mistake):
    told = [str(problem) for problem in written(text).problems]
    assert [line for line in told if line.startswith("groupings.yaml:") and mistake in line] != []


def test_list_is_read(written):
    found = written(LIST % "92094")
    assert (found.problems, [(one.code, one.cities) for one in found.groupings]) == (
        [],
        [("along-the-river", ["92094"])],
    )
