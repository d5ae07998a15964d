"""What is drawn once for all who see the same: {% load drawing %}."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def drawn(part: str, thing: Hashable) -> str:
    """{% drawn "diagnostics/result.html#row" row %}: a template that reads `thing` and nothing else, drawn once a language.

    The thing is a value (text, tuple, frozen dataclass): what is equal looks the same.
    """
    return _drawn(part, thing, get_language() or "")


@lru_cache(maxsize=8192)
def _drawn(part: str, thing: Hashable, language: str) -> str:
    return render_to_string(part, {"thing": thing})
