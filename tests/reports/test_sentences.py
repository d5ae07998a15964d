"""The sentence of each figure, about none, one and many, in each language of the portal."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from figures.definition import Definition, Unit, count
from reports import registry

ALL = [definition for section in registry.sections() for definition in section.definitions]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
IN_EACH_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def forms(definition, language):
    with translation.override(language):
        return [definition.form(number) for number in (0, 1, 2)]


def faults(definition, language):
    """What reads badly: a number that its words do not agree with, or a second one beside which they would have to."""
    _none, one, many = forms(definition, language)
    number, other = ("value", "n") if definition.unit is Unit.COUNT else ("n", "value")
    if f"{{{number}}}" in many and one == many:
        yield "no singular"
    if "{" not in many:
        yield "no number"
    if definition.unit in (Unit.COUNT, Unit.MEAN) and re.search(rf"{{{other}}}\s+[^\W\d]{{4,}}", many):
        yield "two numbers"


@IN_EACH_LANGUAGE
@pytest.mark.parametrize("definition", ALL, ids=lambda definition: definition.code)
def test_sentence_agrees_with_its_number(definition, language):
    assert [*faults(definition, language)] == []


@pytest.mark.parametrize(
    ("sentence", "unit", "found"),
    [
        ("{value} cities refused.", Unit.COUNT, ["no singular"]),
        ("Cities refused.", Unit.COUNT, ["no number"]),
        ("In a session there were {value} participants.", Unit.MEAN, ["two numbers"]),
        ("{value} of the shops came.", Unit.SHARE, []),
    ],
)
def test_sentence_that_reads_badly_is_found(sentence, unit, found):
    definition = Definition("bad", "Bad", "Bad.", unit, lambda filters: count(0), sentence)
    assert [*faults(definition, "en")] == found


@pytest.mark.parametrize(("number", "said"), [(0, "0 cities"), (1, "1 city"), (2, "2 cities")])
def test_form_is_chosen_by_the_number(number, said):
    with translation.override("en"):
        form = registry.definition_of("cities-refused").form(number)
    assert form.format(value=number, n=number) == f"{said} refused."
