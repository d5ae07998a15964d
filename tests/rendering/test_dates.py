"""Days in words."""

import ast
import re
from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import translation

from rendering import dates
from tests.tree import texts

# In figures alone, without a day, for a machine, or a clock: written in one way in every language.
NO_DAY_IN_WORDS = {"SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT", "YEAR_MONTH_FORMAT", "F Y", "c", "H:i"}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "1er mars 2026"),
        ("fr-be", "1er mars 2026"),
        ("en", "1 March 2026"),
        ("nl", "1 maart 2026"),
        ("de", "1. März 2026"),
    ],
)
def test_first_of_the_month_is_written_as_its_language_does(language, told):
    with translation.override(language):
        assert dates.day(date(2026, 3, 1)) == told


def test_other_days_are_written_alike_in_french():
    with translation.override("fr"):
        assert [dates.day(date(2026, 3, day)) for day in (2, 11, 31)] == ["2 mars 2026", "11 mars 2026", "31 mars 2026"]


def test_moment_is_on_the_clock_of_the_portal():
    with translation.override("fr"):
        assert dates.moment(datetime(2026, 2, 28, 23, 30, tzinfo=UTC)) == "1er mars 2026 00:30"


def test_templates_write_days_without_loading_and_nothing_for_none():
    page = engines["django"].from_string("{{ on|day }}, {{ at|moment }}{{ never|day }}{{ never|moment }}")
    with translation.override("fr"):
        told = page.render({"on": date(2026, 3, 1), "at": datetime(2026, 4, 1, 8, tzinfo=UTC), "never": None})
    assert told == "1er mars 2026, 1er avril 2026 10:00"


def test_no_template_writes_a_day_in_words_another_way():
    filters = [
        (name, style)
        for name, text in texts(".html", ".txt", ".svg").items()
        for style in re.findall(r"\|date\b(?::[\"']([^\"']*)[\"'])?", text)
    ]
    assert [each for each in filters if each[1] not in NO_DAY_IN_WORDS] == []


def test_no_module_writes_a_day_in_words_another_way():
    calls = [
        (name, node)
        for name, text in texts(".py").items()
        if name != "rendering/dates.py" and not name.startswith(("tests/", "bench/"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("date_format", "strftime"))
    ]
    assert [f"{name}:{node.lineno}" for name, node in calls if not is_without_words(node)] == []


def is_without_words(call):
    style = next((each.value for each in call.args if isinstance(each, ast.Constant)), None)
    return style in NO_DAY_IN_WORDS or set(re.findall("%(.)", style or "")) <= set("YmdTHMSZ") and "%" in (style or "")
