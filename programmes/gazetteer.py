"""The cities of a programme by whatever they are called."""

from collections import defaultdict
from collections.abc import Iterable

from programmes.folding import folded
from programmes.models import City


class Gazetteer:
    """Looks up as often as wanted in cities that are read once."""

    def __init__(self, cities: Iterable[City]) -> None:
        self._by_name: dict[str, list[City]] = defaultdict(list)
        self._by_code: dict[str, list[City]] = defaultdict(list)
        for city in cities:
            for name in {folded(name) for name in city.names.values()}:
                self._by_name[name].append(city)
            for code in {city.code, *city.postal_codes}:
                self._by_code[code].append(city)

    def called(self, typed: str) -> list[City]:
        """By the whole name in any language, by the code, or by a postal code; accents and case don't matter."""
        return self._by_name.get(folded(typed)) or self._by_code.get(typed.strip(), [])
