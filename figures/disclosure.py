"""Disclosure control: no figure about answers, scores or opinions of so few that somebody could be recognised."""

from django.conf import settings

# Holds where the setting is missing or lower than any floor may be.
STRICTEST_FLOOR = 11
LOWEST_FLOOR = 5


def answers_floor() -> int:
    """The least number of answers behind a published mean or share."""
    floor = getattr(settings, "DISCLOSURE_FLOOR", None)
    return floor if isinstance(floor, int) and floor >= LOWEST_FLOOR else STRICTEST_FLOOR


def may_publish(n: int) -> bool:
    """Whether a mean or a share over n answers may be shown to others than those who gave them."""
    return n >= answers_floor()
