"""In which groupings cities lie: what is counted of cities is counted of provinces and lists of cities by the same query."""

from collections import defaultdict
from collections.abc import Mapping

from figures.counting import Among
from figures.definition import Filters
from programmes.models import Grouping


def groupings_of_cities(filters: Filters) -> Mapping[int, list[int]]:
    """By the key of each city that was asked for; a city in no grouping is left out."""
    offered = Grouping.objects.offered().filter(programme=filters.programme)
    links = Grouping.cities.through.objects.filter(grouping__in=offered.order_by().values("pk"))
    if filters.cities is not None:
        links = links.filter(city__in=filters.cities)
    found: dict[int, list[int]] = defaultdict(list)
    for city, grouping in links.values_list("city", "grouping"):
        found[city].append(grouping)
    return found


def by_grouping(city: str = "city") -> Among:
    """The breakdown by grouping of rows whose city is on this path."""
    return Among(city, groupings_of_cities)
