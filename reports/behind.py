"""The rows behind a figure: what staff see of each, on the page and in a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
    """A row behind the figure, with its page in the admin where there is one; day, city and shop where it has them."""

    label: str
    link: str
    day: date | None
    city: str
    shop: str


def with_places(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Each with its city and shop, in one statement."""
    paths = [path for path in (*CITIES, *SHOPS) if _leads(rows.model, path)]
    return rows.select_related(*paths) if paths else rows


def row_of(row: Model, user: User) -> Row:
    meta: Any = row._meta
    is_there = type(row) in admin.site._registry and user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]) if is_there else ""
    city, shop = _first(row, CITIES), _first(row, SHOPS)
    return Row(str(row), link, _day(_first(row, DAYS)), str(city or ""), str(shop or ""))


def columns() -> list[Column]:
    return [
        Column(_("Row"), width=44),
        Column(_("Day"), Kind.DAY, 12),
        Column(_("City"), width=22),
        Column(_("Shop"), width=32),
    ]


def lines(rows: QuerySet[Any], user: User) -> Iterator[Sequence[object]]:
    """Some hundred rows at a time, however many there are."""
    for found in with_places(rows).iterator(chunk_size=AT_ONCE):
        row = row_of(found, user)
        yield row.label, row.day, row.city, row.shop


def _first(row: Model, paths: Sequence[str]) -> Any:
    return next((found for path in paths if (found := _at(row, path)) is not None), None)


def _at(row: Any, path: str) -> Any:
    for name in path.split(LOOKUP_SEP):
        row = getattr(row, name, None)
    return row


def _day(moment: date | datetime | None) -> date | None:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def _leads(model: type[Model], path: str) -> bool:
    """Whether this path of relations begins at the model."""
    here: Any = model
    for name in path.split(LOOKUP_SEP):
        field = next((one for one in here._meta.concrete_fields if one.name == name), None)
        if field is None or not field.is_relation:
            return False
        here = field.related_model
    return True
