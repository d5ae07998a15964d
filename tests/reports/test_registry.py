import pytest
from django.utils import translation

from figures.definition import Definition, Unit, count
from reports import registry
from reports.parting import TITLES

ALL = [definition for section in registry.sections() for definition in section.definitions]
# Of all answers all name a topic, and shops that exist are not n of anything that one would say.
WITHOUT_VALUE, WITHOUT_N = {"training-topics"}, {"reach"}
FILTERS = {"campaign", "cities", "sub_sector", "kind", "since", "until"}


@pytest.fixture
def _in_english():
    with translation.override("en"):
        yield


def test_every_app_with_figures_is_there():
    assert {"cities-invited", "participants", "score-mean", "modules", "interests"} <= {one.code for one in ALL}


@pytest.mark.parametrize("definition", ALL, ids=lambda definition: definition.code)
def test_definition_is_whole(definition):
    assert definition.accepts <= FILTERS
    assert set(definition.breakdowns) <= set(TITLES)
    for number in (0, 1, 2):
        told = definition.form(number).format(value="<value>", n="<n>")
        assert ("<value>" in told) == (definition.code not in WITHOUT_VALUE)
        assert ("<n>" in told) == (definition.unit is not Unit.COUNT and definition.code not in WITHOUT_N)


@pytest.mark.parametrize("definition", ALL, ids=lambda definition: definition.code)
def test_what_can_be_looked_back_at_has_rows_to_name(definition):
    assert definition.undated or definition.rows
    assert definition.rows or not definition.each_once
    assert str(definition.words).endswith(".")
    assert definition.kinds or not {"kind"} & {*definition.accepts}


def test_two_figures_of_one_code_are_refused(monkeypatch):
    double = Definition("double", "A", "B.", Unit.COUNT, lambda filters: count(0), "{value}")
    monkeypatch.setattr("programmes.figures.FIGURES", (double, double))
    registry.sections.cache_clear()
    try:
        with pytest.raises(registry.DoublyDefined, match="double"):
            registry.sections()
    finally:
        registry.sections.cache_clear()


@pytest.mark.usefixtures("_in_english")
def test_search_finds_words_of_names_and_definitions_without_accents():
    found = [one.code for section in registry.found_by("PARTICIPANTS médian") for one in section.definitions]
    assert found == ["participants-per-session-median"]
    assert registry.found_by("no-such-word") == []


def test_code_that_nobody_defines_is_nothing():
    assert registry.definition_of("no-such-figure") is None
