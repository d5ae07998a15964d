from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from rendering.templatetags import drawing


@dataclass(frozen=True)
class Row:
    question: str = "Opening hours?"
    gained: Decimal = Decimal("3.2")
    missed: Decimal = Decimal("1.3")
    answer: str = "Yes"
    applies: bool = True


def drawn(thing, language="en"):
    source = '{% load drawing %}{% drawn "diagnostics/result.html#row" thing %}'
    with translation.override(language):
        return engines["django"].from_string(source).render({"thing": thing})


def test_what_is_equal_is_drawn_once():
    drawing._drawn.cache_clear()
    assert drawn(Row()) == drawn(Row()) != drawn(Row(gained=Decimal(2)))
    assert drawing._drawn.cache_info().misses == 2


@pytest.mark.parametrize(("language", "words"), [("en", ">3.2 of 4.5 points<"), ("fr", ">3,2 points sur 4,5<")])
def test_what_is_drawn_is_in_the_reader_s_language(language, words):
    assert words in drawn(Row(), language)


def test_what_is_drawn_is_escaped_once():
    assert "<b>&lt;i&gt; &amp; co</b>" in drawn(Row("<i> & co"))
