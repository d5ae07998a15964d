"""Cities and what is agreed with them."""

from datetime import UTC, date, datetime

from programmes import engaging
from tests.programmes.makers import make_campaign, make_city, make_programme

FEBRUARY = date(2026, 2, 8)


def moment(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def make_territory():
    """A campaign, and three cities by name."""
    programme = make_programme()
    cities = {
        "Namur": make_city(programme),
        "Liège": make_city(programme, "62063", "Liège", ("4000",)),
        "Mons": make_city(programme, "53053", "Mons", ("7000",)),
    }
    return make_campaign(programme), cities


def engage(campaign, city, by=None, at=None, **values):
    return engaging.engage(campaign=campaign, city=city, by=by, values=values, at=at)
