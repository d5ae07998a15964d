from collections.abc import Mapping

from django.utils.translation import get_language

Texts = Mapping[str, str]


def said[T](texts: Mapping[str, T] | None, language: str | None = None) -> T | str:
    """The text in this language (the reader's, unless given), else in the first one it was written in; "" for none."""
    if not texts:
        return ""
    code = (language or get_language() or "").split("-")[0]
    return texts[code] if code in texts else next(iter(texts.values()))
