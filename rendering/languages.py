"""In which language something is read."""

from django.conf import settings
from django.utils.translation import get_language


def read_in() -> str:
    """The language of whoever reads this page, without a country: "fr"; the portal's where none is active."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
