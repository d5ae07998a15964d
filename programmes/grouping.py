"""The groupings of cities: the provinces of cities.csv, and the lists of groupings.yaml."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from programmes import format as form
from programmes.applying import Change, apply_rows, filled
from programmes.models import City, Grouping, Programme


def apply_groupings(
    wanted: form.Programme,
    programme: Programme,
    cities: Sequence[form.City],
    groupings: Sequence[form.Grouping],
    at: datetime,
) -> Change:
    """The provinces first, each with its cities, then the lists in the order of the file."""
    rows: dict[str, dict[str, Any]] = {}
    members: dict[str, set[str]] = {}
    for code, names in wanted.provinces.items():
        rows[form.PROVINCE + code] = _row(names, wanted, len(rows), is_province=True)
        members[form.PROVINCE + code] = {city.code for city in cities if city.province == code}
    for one in groupings:
        rows[one.code] = _row(one.name, wanted, len(rows), is_province=False)
        members[one.code] = set(one.cities)
    change = apply_rows(Grouping, programme, rows, at)
    moved = min(_set_members(programme, members), change.unchanged)
    return replace(change, updated=change.updated + moved, unchanged=change.unchanged - moved)


def _row(names: dict[str, str], wanted: form.Programme, order: int, *, is_province: bool) -> dict[str, Any]:
    return {"names": filled(names, wanted.languages), "is_province": is_province, "order": order}


def _set_members(programme: Programme, members: dict[str, set[str]]) -> int:
    """How many of them have other cities now."""
    keys = dict(City.objects.filter(programme=programme).values_list("code", "pk"))
    groupings = dict(Grouping.objects.offered().filter(programme=programme).values_list("code", "pk"))
    wanted = {(groupings[code], keys[city]) for code in groupings for city in members[code]}
    links = Grouping.cities.through.objects.filter(grouping__in=groupings.values())
    kept = {(grouping, city): pk for pk, grouping, city in links.values_list("pk", "grouping", "city")}
    links.filter(pk__in=[pk for pair, pk in kept.items() if pair not in wanted]).delete()
    missing = sorted(wanted - kept.keys())
    links.bulk_create(links.model(grouping_id=grouping, city_id=city) for grouping, city in missing)
    return len({grouping for grouping, _city in wanted ^ kept.keys()})
