"""Forgetting by the clock: many rows, a few at a time, each few in a transaction of their own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

AT_ONCE = 500


def years_before(at: datetime, years: int) -> datetime:
    """The same day so many years ago; for the 29th of February the 28th."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28)


def in_batches(rows: QuerySet[Any], forget: Callable[[list[int]], object], *, dry_run: bool) -> int:
    """Calls `forget` with the keys of the next rows, locked, until none is left; what it did to a row must take the row
    out of `rows`. What somebody else has locked waits for the next night. Returns how many; a dry run only counts."""
    if dry_run:
        return rows.count()
    count = 0
    while found := _next(rows, forget):
        count += found
    return count


@transaction.atomic
def _next(rows: QuerySet[Any], forget: Callable[[list[int]], object]) -> int:
    model: type[Model] = rows.model
    due = rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    locked = model._default_manager.filter(pk__in=[*due]).order_by().select_for_update(skip_locked=True)
    keys = [*locked.values_list("pk", flat=True)]
    if keys:
        forget(keys)
    return len(keys)
