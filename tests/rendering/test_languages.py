"""The reader's language."""

import ast

import pytest
from django.utils import translation

from rendering.languages import read_in
from tests.tree import texts

# The texts of content fall back by themselves; drawings are kept by it.
ASK_BY_THEMSELVES = {"questionnaires/texts.py", "rendering/languages.py", "rendering/templatetags/drawing.py"}


@pytest.mark.parametrize(("active", "language"), [("en", "en"), ("fr-be", "fr"), (None, "fr")])
def test_language_is_without_a_country_and_never_none(active, language):
    with translation.override(active):
        assert read_in() == language


def test_language_is_asked_in_one_way():
    asking = {
        name
        for name, text in texts(".py").items()
        if not name.startswith(("tests/", "bench/"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name) and node.id == "get_language"
    }
    assert asking == ASK_BY_THEMSELVES
