"""What counts of the same shops in many releases have to do with one another: the lots that were always counted together.

A scope is one period as it stood at a moment, as far as the portal knew it then. A lot (a group of figures.tables) is all units of
one column that count in the same cities of each scope. It is found again from the rows: nowhere is it kept who was in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from figures.definition import Filters
from figures.disclosure import answers_floor
from figures.tables import TOTAL, Group, Groups, Place, Table
from reports.attributes import Attribute, City, Counted

type Columns = tuple[str, ...]
# In which scopes it counts, and in which city of each.
type Signature = tuple[str, ...]

CITY, GROUPING, WHOLE = "city-", "grouping-", "whole"


@dataclass(frozen=True)
class Scope:
    """`cities` are codes by key, `groupings` the keys of the cities in each, as they were."""

    filters: Filters
    cities: Mapping[int, str]
    groupings: Mapping[str, frozenset[int]]

    @cached_property
    def _groupings_of(self) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = {}
        for code, cities in self.groupings.items():
            for city in cities:
                found.setdefault(city, []).append(code)
        return found

    def places_of(self, city: City) -> list[str]:
        """The codes of all that count it: the city itself, its groupings, the whole."""
        if city is None:
            return [WHOLE]
        groupings = (f"{GROUPING}{code}" for code in self._groupings_of.get(city, ()))
        return [f"{CITY}{self.cities[city]}", *groupings, WHOLE]


class Linked:
    """The lots of one attribute over several scopes, the first of which is the one to be published."""

    def __init__(self, attribute: Attribute, scopes: Sequence[Scope]) -> None:
        self._attribute, self._scopes = attribute, scopes
        self._places: dict[str, tuple[int, list[str]]] = {}
        self._first: dict[int | str, tuple[set[str], Mapping[str, int]]] = {}
        signatures = Counter(self._signatures())
        self.people: Counter[Group] = Counter(dict.fromkeys(self._possible(signatures), 0))
        for (columns, where), n in signatures.items():
            for lot in [" ".join(columns)] if attribute.is_joint else columns:
                self.people[lot, *sorted(where)] += n

    def _possible(self, signatures: Iterable[tuple[Columns, Signature]]) -> Iterator[Group]:
        """Lots of nobody, for all that a reader knows: each column where units are."""
        columns = [*self._attribute.possible(self._scopes[0].filters.programme)] if self._attribute.possible else []
        for where in {tuple(sorted(where)) for _columns, where in signatures}:
            yield from ((column, *where) for column in columns)

    def _signatures(self) -> Iterable[tuple[Columns, Signature]]:
        """Of each unit in which columns and where it counts; those that are alike are kept once."""
        known: dict[tuple[str, ...], tuple[str, ...]] = {}
        found: dict[int | str, tuple[Columns, Signature]] = {}
        for number, scope in enumerate(self._scopes):
            for each in self._attribute.rows(scope.filters):
                columns, where = found.get(each.unit, (each.columns, ()))
                where = (*where, self._named(number, each.city))
                found[each.unit] = known.setdefault(columns, columns), known.setdefault(where, where)
                if number == 0:
                    self._add_up(each)
        return found.values()

    def _named(self, scope: int, city: City) -> str:
        name = f"{scope} {city or ''}"
        if name not in self._places:
            self._places[name] = scope, self._scopes[scope].places_of(city)
        return name

    def _add_up(self, each: Counted) -> None:
        if each.amounts:
            places, _amounts = self._first.setdefault(each.unit, (set(), each.amounts))
            places.update(self._scopes[0].places_of(each.city))

    def tables(self, number: int) -> list[Table]:
        """One of each place in this scope, with one row: one that is more than half hidden is given up by itself."""
        cells: dict[str, dict[Place, set[Group]]] = {}
        for group in self.people:
            for place, column in self._cells(group, number):
                cells.setdefault(place, {}).setdefault((place, column), set()).add(group)
        return [self._table(place, cells[place]) for place in sorted(cells)]

    def _cells(self, group: Group, number: int) -> Iterator[Place]:
        for where in group[1:]:
            scope, places = self._places[where]
            for place in places if scope == number else ():
                if place.startswith(CITY) and not self._attribute.is_of_cities:
                    continue
                yield from ((place, column) for column in group[0].split())
                if self._attribute.possible:
                    yield place, TOTAL

    @staticmethod
    def _table(place: str, cells: Mapping[Place, set[Group]]) -> Table:
        columns = tuple(sorted({column for _row, column in cells} - {TOTAL}))
        counted: dict[Place, Groups] = {each: frozenset(cells[each]) for each in sorted(cells)}
        return Table(place, (place,), columns, counted, answers_floor(), frozenset({(place, TOTAL)} & cells.keys()))

    def amounts(self, place: str) -> dict[str, int]:
        """What is added up of the units that count there in the first scope, each once."""
        return dict(self._amounts.get(place, {}))

    @cached_property
    def _amounts(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for places, amounts in self._of_the_same_places().items():
            for place in places:
                found.setdefault(place, Counter()).update(amounts)
        return found

    def _of_the_same_places(self) -> dict[frozenset[str], dict[str, int]]:
        """Units are many, and the places in which they count together few."""
        found: dict[frozenset[str], dict[str, int]] = {}
        for places, amounts in self._first.values():
            sums = found.setdefault(frozenset(places), {})
            for code, n in amounts.items():
                sums[code] = sums.get(code, 0) + n
        return found
