"""Two rows that are one shop, or one person: what hangs on the one that goes moves to the one that stays, and can go back.

What hangs on them is asked of the tables themselves: apps above this one are followed without being known here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from accounts.models import User
from businesses.models import Business, Membership, Merge, Person

# What is not known of the one that stays is taken over from the one that goes.
FILLED: dict[type[models.Model], tuple[str, ...]] = {
    Business: ("name", "enterprise_number", "street", "postal_code", "city_id", "sub_sector_id", "staff_size"),
    Person: ("name", "user_id", "email", "phone"),
}
KEYS: dict[type[models.Model], tuple[str, ...]] = {Business: ("name_key", "street_key"), Person: ("search_key",)}


class NotMergeable(Exception):
    """One row, two kinds of rows, or shops of two programmes."""


class Collision(Exception):
    """Both have something of which there can be one, and neither may be thrown away; `rows` names those that stand in the way."""

    def __init__(self, rows: Iterable[object]) -> None:
        self.rows = [str(row) for row in rows]
        super().__init__(", ".join(self.rows))


class CannotUndo(Exception):
    """What was put in its place meanwhile stands in the way."""


@dataclass
class Record:
    """What a merge did: rows with all their columns, `moved` by model and field, `filled` by field with the values before and after."""

    words: str
    gone: dict[str, Any]
    moved: list[tuple[str, str, list[Any]]] = field(default_factory=list)
    filled: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    raised: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many rows of one kind hang on a row."""

    name: str
    count: int


def hanging(row: Business | Person) -> list[Hanging]:
    """What would move, for a preview; kinds of which there is nothing are named too."""
    return [
        Hanging(str(relation.related_model._meta.verbose_name_plural), _rows(relation, row).count())
        for relation in relations(type(row))
    ]


def collisions(kept: Business | Person, gone: Business | Person) -> list[models.Model]:
    """Rows that stand in the way; empty when the two can be merged."""
    return [row for relation in relations(type(kept)) for row in _colliding(relation, kept, gone) if not _may_drop(row)]


@transaction.atomic
def merge[Row: (Business, Person)](*, kept: Row, gone: Row, by: User | None, at: datetime | None = None) -> Merge:
    """From now on there is one. Raises NotMergeable, Collision."""
    kept, gone = _locked(kept, gone)
    if blocking := collisions(kept, gone):
        raise Collision(blocking)
    record = Record(words=str(gone), gone=_written(gone))
    for relation in relations(type(kept)):
        _drop_doubles(relation, kept, gone, record)
        _move(relation, kept, gone, record)
    gone.delete()
    _fill(kept, record)
    kind = Merge.Kind.BUSINESS if isinstance(kept, Business) else Merge.Kind.PERSON
    return Merge.objects.create(
        kind=kind, record=vars(record), merged_at=at or timezone.now(), merged_by=by, **{kind.value: kept}
    )


@transaction.atomic
def undo(*, merge: Merge, by: User | None, at: datetime | None = None) -> Merge:
    """Puts the other row back with what came from it and still hangs on the one that stayed. Twice does no harm.

    What was changed since stays as it is. Raises CannotUndo.
    """
    row = Merge.objects.select_for_update().get(pk=merge.pk)
    if row.undone_at:
        return row
    try:
        with transaction.atomic():
            _put_back(row)
            connection.check_constraints()  # now, and not at the end of the request
    except IntegrityError as error:
        raise CannotUndo from error
    row.undone_at, row.undone_by = at or timezone.now(), by
    row.save(update_fields=["undone_at", "undone_by"])
    return row


def relations(model: type[models.Model]) -> Iterator[ForeignObjectRel]:
    """Every column of every table that refers to this one."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and (relation.one_to_many or relation.one_to_one):
            yield relation


def _locked[Row: (Business, Person)](kept: Row, gone: Row) -> tuple[Row, Row]:
    """Nobody hangs anything on either before this ends."""
    if type(kept) is not type(gone) or kept.pk == gone.pk:
        raise NotMergeable
    query = type(kept)._base_manager.filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    rows = {row.pk: row for row in query.select_for_update()}
    if len(rows) < 2 or len({getattr(row, "programme_id", None) for row in rows.values()}) > 1:
        raise NotMergeable
    return rows[kept.pk], rows[gone.pk]


def _rows(relation: ForeignObjectRel, row: models.Model) -> models.QuerySet[models.Model]:
    found = relation.related_model._base_manager.filter(**{relation.field.name: row})
    return found.order_by("pk")


def _colliding(relation: ForeignObjectRel, kept: models.Model, gone: models.Model) -> Iterator[models.Model]:
    if not _rows(relation, kept).exists():
        return
    for row in _rows(relation, gone):
        setattr(row, relation.field.name, kept)
        try:
            row.validate_unique()
            row.validate_constraints()
        except ValidationError:
            yield row


def _may_drop(row: models.Model) -> bool:
    """Being in one shop twice says nothing more than once; whatever else is doubled, a person must look at."""
    return isinstance(row, Membership)


def _drop_doubles(relation: ForeignObjectRel, kept: models.Model, gone: models.Model, record: Record) -> None:
    for row in _colliding(relation, kept, gone):
        double = Membership.objects.get(pk=row.pk)
        record.dropped.append(_written(double))
        _raise_to(double, relation.field.name, kept, record)
        double.delete()


def _raise_to(double: Membership, name: str, kept: models.Model, record: Record) -> None:
    """Who was let in by the one is let in."""
    pair = {"person": double.person_id, "business": double.business_id, name: kept.pk}
    own = Membership.objects.get(**pair)
    if double.state == Membership.State.APPROVED != own.state:
        record.raised.append(_written(own))
        own.state, own.decided_at, own.decided_by = double.state, double.decided_at, double.decided_by
        own.save(update_fields=["state", "decided_at", "decided_by"])


def _move(relation: ForeignObjectRel, kept: models.Model, gone: models.Model, record: Record) -> None:
    rows = _rows(relation, gone)
    if pks := list(rows.values_list("pk", flat=True)):
        rows.update(**{relation.field.name: kept})
        record.moved.append((relation.related_model._meta.label, relation.field.name, pks))


def _fill(kept: Business | Person, record: Record) -> None:
    known = _read(record.gone)
    told = [name for name in FILLED[type(kept)] if getattr(known, name) and not getattr(kept, name)]
    for name in told:
        record.filled[name] = (getattr(kept, name), getattr(known, name))
        setattr(kept, name, getattr(known, name))
    try:
        kept.validate_constraints()
    except ValidationError as error:
        raise Collision(error.messages) from error
    if told:
        kept.save(update_fields=[*told, *KEYS[type(kept)]])


def _put_back(row: Merge) -> None:
    record, kept = Record(**row.record), row.kept
    if kept is None:
        raise CannotUndo
    kept = type(kept)._base_manager.select_for_update().get(pk=kept.pk)
    _empty(kept, record.filled)
    gone = _read(record.gone)
    gone.save_base(raw=True, force_insert=True)
    for label, name, pks in record.moved:
        still_here = apps.get_model(label)._base_manager.filter(pk__in=pks, **{name: kept})
        still_here.update(**{name: gone})
    for written in [*record.dropped, *record.raised]:
        _read(written).save_base(raw=True)


def _empty(kept: models.Model, filled: Mapping[str, tuple[Any, Any]]) -> None:
    names = [name for name, (_before, after) in filled.items() if getattr(kept, name) == after]
    for name in names:
        setattr(kept, name, filled[name][0])
    if names:
        kept.save(update_fields=[*names, *KEYS[type(kept)]])


def _written(row: models.Model) -> dict[str, Any]:
    """Every column as text from which it reads back exactly."""
    values = {
        column.attname: None if getattr(row, column.attname) is None else column.value_to_string(row)
        for column in row._meta.concrete_fields
    }
    return {"model": row._meta.label, "values": values}


def _read(written: Mapping[str, Any]) -> models.Model:
    model, values = apps.get_model(written["model"]), written["values"]
    known = [column for column in model._meta.concrete_fields if column.attname in values]
    row: models.Model = model(**{column.attname: column.to_python(values[column.attname]) for column in known})
    return row
