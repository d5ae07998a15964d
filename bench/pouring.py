"""Rows that are written as they are, by COPY: what nobody names in a table is what its model says."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models


def pour(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`names` are columns. JSON is given as text; keys may be given, and the next ones follow them."""
    rest = [field for field in model._meta.concrete_fields if field.column not in names and not field.primary_key]
    same = [field.get_db_prep_save(field.get_default(), connection) for field in rest]
    ready = iter(rows)
    first = [*islice(ready, 1)]  # what they are made of is asked for now: while a COPY runs nothing else can be
    columns = ", ".join(f'"{name}"' for name in (*names, *(field.column for field in rest)))
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
            for row in chain(first, ready):
                copy.write_row((*row, *same))
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
