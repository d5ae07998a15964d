"""Makes the rows of a model say what the files say: creates, updates, withdraws what is gone, offers again what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programmes.models import Programme
from programmes.offering import FromFiles

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows of one kind a load touched."""

    what: str
    created: int = 0
    updated: int = 0
    returned: int = 0
    withdrawn: int = 0
    unchanged: int = 0

    @property
    def is_none(self) -> bool:
        return not (self.created or self.updated or self.returned or self.withdrawn)


def apply_rows[M: FromFiles](model: type[M], programme: Programme, rows: Mapping[str, Row], at: datetime) -> Change:
    """`rows` by code, each with all the fields that the files say."""
    kept = {row.code: row for row in model._default_manager.filter(programme=programme)}
    new = [model(programme=programme, code=code, **row) for code, row in rows.items() if code not in kept]
    returned = [row for code, row in kept.items() if code in rows and not row.is_offered]
    changed = [row for code, row in kept.items() if code in rows and _differs(row, rows[code])]
    gone = [row for code, row in kept.items() if code not in rows and row.is_offered]
    for row in gone:
        row.withdrawn_at = at
    for row in returned:
        row.withdrawn_at = None
    for row in changed:
        for field, value in rows[row.code].items():
            setattr(row, field, value)
    model._default_manager.bulk_create(new)
    fields = ["withdrawn_at", *next(iter(rows.values()), {})]
    touched = {row.code: row for row in (*gone, *returned, *changed)}
    model._default_manager.bulk_update(touched.values(), fields)
    updated = len([row for row in changed if row not in returned])
    unchanged = (
        len(kept) - len(touched) - len([row for code, row in kept.items() if code not in rows and row not in gone])
    )
    what = str(model._meta.verbose_name_plural)
    return Change(what, len(new), updated, len(returned), len(gone), unchanged)


def _differs(row: FromFiles, wanted: Row) -> bool:
    return any(getattr(row, field) != value for field, value in wanted.items())


def filled(texts: dict[str, str], languages: list[str]) -> dict[str, str]:
    """With the first language's text wherever a translation is missing: a jsonb does not remember which came first."""
    return dict.fromkeys(languages, texts[languages[0]]) | texts if texts else {}
