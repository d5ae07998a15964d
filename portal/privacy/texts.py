"""Text is searched, not trusted: the words of somebody who is erased, wherever staff may have typed them."""

import json
import re
from collections.abc import Iterable

from django.apps import apps
from django.db.models import F, Func, Value

from portal.retention import retention
from programmes.folding import without_accents

# In the place of a word. One sign: no text gets too long for its column.
ERASED = "…"
NUMBER = re.compile(r"\+?[\d ./()-]+")


def erase(words: Iterable[str]) -> None:
    """In each text that retention.yaml says may name somebody; what else it says stays."""
    pattern = any_of(words)
    if not pattern:
        return
    for label, name in retention().texts():
        rows = apps.get_model(label)._default_manager.filter(**{f"{name}__iregex": pattern})
        rows.update(**{name: Func(F(name), *map(Value, (pattern, ERASED, "gi")), function="regexp_replace")})


def any_of(words: Iterable[str]) -> str:
    """As a regular expression of the database. Not as a part of a longer word: "An" is no change."""
    forms = {form for word in words for form in _forms(word)}
    return rf"(?<![[:alnum:]])(?:{'|'.join(sorted(forms))})(?![[:alnum:]])" if forms else ""


def _forms(word: str) -> set[str]:
    """As it was typed, without accents, and as the log's JSON has it, where "é" is "\\u00e9". A number, however it is spaced."""
    if NUMBER.fullmatch(word):
        return {r"[ ./()-]*".join(map(re.escape, re.sub(r"[^\d+]", "", word)))} - {""}
    return {re.escape(form) for form in (word, without_accents(word), json.dumps(word)[1:-1])}
