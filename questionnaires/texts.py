from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

Texts = Mapping[str, str]


def said[T](texts: Mapping[str, T] | None, language: str | None = None) -> T | str:
    """The text in this language (the reader's, unless given), else in the portal's, else in any; "" for none.

    What the database returns has lost the order in which it was written: "the first one" would be any.
    """
    if not texts:
        return ""
    wanted = (language or get_language() or "").split("-")[0]
    code = next((code for code in (wanted, settings.LANGUAGE_CODE) if code in texts), min(texts))
    return texts[code]
