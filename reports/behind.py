"""The rows behind a figure: what staff see of each, on the page and in a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from rendering.workbooks import Column, Kind

# Where a row has its day, city and shop: the first of these that it has.
DAYS = (
    "on",
    "invited_on",
    "signed_at",
    "completed_at",
    "started_at",
    "starts_at",
    "session__starts_at",
    "asked_at",
    "at",
)
CITIES = ("city", "host", "session__host", "registration__session__host")
SHOPS = ("business", "registration__business")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A row behind the figure; day, city and shop where it has them."""

    label: str
    day: date | None
    city: str
    shop: str


def read(model: Any, keys: Sequence[int]) -> list[Any]:
    """The rows of these keys in their order, with their names, city and shop: in one statement. What counts the rows is asked for
    keys alone, since of a join of all that is shown PostgreSQL makes a plan that takes minutes."""
    found = model._default_manager.with_names().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def row_of(row: Model) -> Row:
    city, shop = _first(row, CITIES), _first(row, SHOPS)
    return Row(str(row), _day(_first(row, DAYS)), str(city or ""), str(shop or ""))


def link_of(row: Model, user: User) -> str:
    """Its page in the admin, where there is one and it is open to them; else ""."""
    meta: Any = row._meta
    is_open = type(row) in admin.site._registry and user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]) if is_open else ""


def columns() -> list[Column]:
    return [
        Column(_("Row"), width=44),
        Column(_("Day"), Kind.DAY, 12),
        Column(_("City"), width=22),
        Column(_("Shop"), width=32),
    ]


def lines(rows: QuerySet[Any]) -> Iterator[Sequence[object]]:
    """Some hundred rows at a time, however many there are."""
    for keys in batched(rows.values_list("pk", flat=True), AT_ONCE, strict=False):
        for row in map(row_of, read(rows.model, keys)):
            yield row.label, row.day, row.city, row.shop


def _first(row: Model, paths: Sequence[str]) -> Any:
    return next((found for path in paths if (found := _at(row, path)) is not None), None)


def _at(row: Any, path: str) -> Any:
    for name in path.split(LOOKUP_SEP):
        row = getattr(row, name, None)
    return row


def _day(moment: date | datetime | None) -> date | None:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
