"""Disclosure control: no figure about answers, scores or opinions of so few that somebody could be recognised.

The floors of this portal, for a figure that stands alone; suppressing.py holds back what tables would give away together.
"""

from django.conf import settings

from figures.floors import strict


def answers_floor() -> int:
    """The least number of answers behind a published mean or share, and of shops in a count by attribute."""
    return strict(getattr(settings, "DISCLOSURE_FLOOR", None))


def may_publish(n: int) -> bool:
    """Whether a mean or a share over n answers may be shown to others than those who gave them."""
    return n >= answers_floor()
