import re
from decimal import Decimal
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.template import engines
from django.utils import translation

from rendering import charts

ROWS = [
    SimpleNamespace(label="Être trouvé", value=72, peer=58),
    SimpleNamespace(label="Digitale Zusammenarbeit", value=100, peer=None),
    SimpleNamespace(label="Vendre <vite>", value=None, peer=30),
    SimpleNamespace(label="Gérer", value=0, peer=100),
]


def drawn(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return engines["django"].from_string("{% load charts %}" + source).render(context)


def svg(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(  # noqa: S314  our own markup
        re.search(r"<svg.*?</svg>", markup, re.DOTALL)[0]
    )


def test_arc_half_way_ends_at_the_top():
    assert charts.arc(0, 50) == "M40.000 140.000A110 110 0 0 1 150.000 30.000"


def test_arc_whole_ends_at_the_right():
    assert charts.arc(0, 100).endswith("260.000 140.000")


def test_arc_of_nothing_is_empty():
    assert charts.arc(47, 47) == ""


def test_gauge_without_unknowns_has_no_range():
    assert charts.gauge(47).is_open is False
    assert charts.gauge(47).range == ""


@pytest.mark.parametrize(("score", "low", "high"), [(101, None, None), (-1, None, None), (47, 48, 55), (47, 40, 46)])
def test_gauge_refuses_what_cannot_be(score, low, high):
    with pytest.raises(ValueError, match="a gauge needs"):
        charts.gauge(score, low, high)


def test_rows_bars_and_marks_are_shares_of_the_width():
    [chart] = charts.rows(ROWS, "value", "peer")
    first = chart.rows[0]
    assert (first.width, first.mark, first.difference) == ("72%", "58%", 14)


def test_rows_none_has_no_bar_and_no_mark():
    [chart] = charts.rows(ROWS, "value", "peer")
    rows = chart.rows
    assert (rows[1].mark, rows[2].width, rows[2].difference) == ("", "0%", None)


def test_rows_stand_below_one_another():
    [chart] = charts.rows(ROWS, "value", "peer")
    assert [row.bar_y for row in chart.rows] == ["1.45em", "4.45em", "7.45em", "10.45em"]
    assert chart.height == "12em"


def test_rows_label_too_long_for_a_phone_stands_on_two_lines_above_its_bar():
    long = {"label": "Votre fiche d’établissement, juste et complète", "value": 43}
    phone, desk = charts.rows([long, {"label": "x", "value": 1}], "value", "peer")
    first, second = phone.rows
    assert [line for line, _y in first.lines] == ["Votre fiche d’établissement, juste", "et complète"]
    assert (first.bar_y, second.bar_y) == ("2.65em", "5.65em")
    assert (phone.fits, desk.fits, [len(row.lines) for row in desk.rows]) == ("phone", "desk", [1, 1])


def test_rows_of_short_labels_are_drawn_once_for_any_width():
    assert [chart.fits for chart in charts.rows(ROWS, "value", "peer")] == [""]


def test_legend_names_whose_the_bars_are():
    markup = drawn("{% profile rows 'the whole' 'Namur' %}", rows=ROWS)
    assert re.sub(r"<[^>]+>", "", markup[markup.index("<figcaption") :]).split() == ["Namur", "·", "the", "whole"]


def test_trend_says_its_ends_below_and_the_highest_above():
    parts = [SimpleNamespace(label=str(n), words=f"{n} %", value=n) for n in (2, 9, 8)]
    texts = [each.text for each in svg(drawn("{% trend parts 'x' %}", parts=parts)).findall("text")]
    assert texts == ["9 %", "2", "2 %", "8", "8 %"]


def test_rows_refuse_more_than_a_hundred():
    with pytest.raises(ValueError, match="0 to 100"):
        charts.rows([{"label": "x", "value": 101}], "value", "peer")


def test_ledger_bar_shows_the_share_gained():
    assert charts.ledger_bar(Decimal("3.2"), Decimal("0.8")).width == "80%"


def test_ledger_bar_worth_nothing_is_empty():
    assert charts.ledger_bar(0, 0).width == "0%"


def test_gauge_says_score_range_and_band():
    chart = svg(drawn('{% gauge 47 47 55 "On your way" %}'))
    assert chart.find("title").text == "47 out of 100"
    assert chart.find("desc").text == "On your way. Between 47 and 55, because some answers are “I don’t know”."


def test_gauge_without_a_score_draws_nothing():
    assert drawn("{% gauge score %}", score=None).strip() == ""


def test_profile_says_every_number():
    chart = svg(drawn("{% profile rows 'average of 41 florists' %}", rows=ROWS))
    assert chart.find("desc").text == (
        "Être trouvé 72 (average 58); Digitale Zusammenarbeit 100; Vendre <vite> does not apply (average 30); "
        "Gérer 0 (average 100)"
    )


def test_profile_without_peers_has_no_legend():
    assert "florists" not in drawn("{% profile rows 'average of 4 florists' %}", rows=[{"label": "Site", "value": 3}])


def test_change_says_before_and_now():
    rows = [{"label": "Site", "previous": 50, "now": 41}, {"label": "Safety", "previous": None, "now": 28}]
    markup = drawn("{% change rows %}", rows=rows)
    assert svg(markup).find("desc").text == "Site 50, now 41; Safety 28"
    assert "(−9)" in markup


def test_ledger_bar_says_points_in_the_language():
    assert svg(drawn("{% ledger_bar 3.2 1.3 %}", "fr")).find("title").text == "3,2 points sur 4,5"


@pytest.mark.parametrize(
    "source", ["{% gauge 47 47 55 'x' %}", "{% profile rows %}", "{% change rows %}", "{% ledger_bar 3.2 1.35 %}"]
)
def test_charts_are_small_and_carry_nothing_inline(source):
    markup = drawn(source, "fr", rows=[SimpleNamespace(label="x" * 24, value=50, peer=40, previous=30, now=70)] * 6)
    assert len(markup.encode()) < 3072
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script", markup)


def test_charts_write_numbers_for_svg_in_every_language():
    markup = drawn("{% profile rows %}", "fr", rows=ROWS)
    assert re.findall(r'(?:y|rx|height|width)="[^"]*,[^"]*"', markup) == []
