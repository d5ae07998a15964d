"""Questions that are put to the database over and over: their SQL is written once a process, then only the values change.

Django writes the SQL of a queryset anew each time, which takes it ten times as long as PostgreSQL needs to answer.
Worth it where everybody passes; elsewhere a queryset says the same in fewer words.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import Expression, Field, Model, QuerySet, prefetch_related_objects
from django.db.models.sql.compiler import SQLCompiler
from django.http import Http404


class Given(Expression):
    """Stands in a queryset for a value that each asking brings. As in SQL, nothing equals None."""

    sql = "%s"

    def __init__(self, name: str, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: object) -> tuple[str, Any]:
        return self.sql, [self]  # itself instead of a value: Statement puts that in its place


class GivenKeys(Given):
    """The same for several primary keys: `pk__in=GivenKeys("own")`."""

    sql = "(SELECT unnest(%s::bigint[]))"


class GivenTexts(Given):
    sql = "(SELECT unnest(%s::text[]))"


class Statement[M: Model]:
    """Statement(lambda: City.objects.filter(code=Given("code"))).first(code="92094")"""

    def __init__(self, write: Callable[[], "QuerySet[M, Any]"]) -> None:
        self._write = write

    @cached_property
    def _written(self) -> "_Written":
        return _Written(self._write())

    def all(self, **values: Any) -> list[M]:
        return self._written.objects(values)

    def first(self, **values: Any) -> M | None:
        return next(iter(self.all(**values)), None)

    def get(self, **values: Any) -> M:
        """Raises the model's DoesNotExist."""
        found = self.first(**values)
        if found is None:
            raise self._written.model.DoesNotExist
        return found

    def get_or_404(self, **values: Any) -> M:
        found = self.first(**values)
        if found is None:
            raise Http404
        return found

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Of a queryset of values."""
        return self._written.rows(values)


class _Written:
    """A queryset with its SQL, and Django's own compiler that makes objects of rows."""

    def __init__(self, queryset: Any) -> None:
        self.model, self._prefetched = queryset.model, queryset._prefetch_related_lookups
        self._compiler = queryset.query.get_compiler(queryset.db)
        self._sql, self._parameters = self._compiler.as_sql()

    def objects(self, values: dict[str, Any]) -> list[Any]:
        compiled: Any = _Compiled(self._ready(values))
        found: list[Any] = list(QuerySet(self.model, compiled))
        if found:
            prefetch_related_objects(found, *self._prefetched)
        return found

    def rows(self, values: dict[str, Any]) -> list[Any]:
        return list(self._ready(values).results_iter(tuple_expected=True))

    def _ready(self, values: dict[str, Any]) -> Any:
        """The compiler with nothing left to compile, on the connection of this thread."""
        brought = [values[p.name] if isinstance(p, Given) else p for p in self._parameters]
        ready = copy(self._compiler)
        ready.connection = connections[ready.using]
        ready.as_sql = lambda: (self._sql, brought)
        return ready


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What a queryset wants of its query once that is compiled."""

    compiler: SQLCompiler

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.compiler
