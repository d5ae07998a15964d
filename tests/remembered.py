"""What takes long to make in the database is made once in a process; from then on its rows are put back as they were.

A fixture that loads a programme through the portal's own verbs takes a tenth of a second, one with three evenings in it half a second,
and hundreds of tests ask for them. PostgreSQL copies the same rows in some milliseconds. The first time they are made as ever, and what
has changed in the tables is kept: rows that are new, and rows that stand no longer as they stood. They are put back only where the
tables stand as they stood then; elsewhere all is made again.
"""

from copy import deepcopy
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction

# What rows of roles lead to; a test that empties the tables makes them anew, under other keys.
LED_TO = "auth_permission"

_kept = {}


@dataclass
class Made:
    """What became of the tables: by table the keys of rows that went, and the new lines as COPY writes them."""

    value: object
    gone: dict[str, list[int]]
    new: dict[str, bytes]
    stood: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def tables(self):
        return sorted({*self.gone, *self.new, LED_TO})

    def is_for_now(self):
        return _stand(self.tables) == self.stood

    def put_back(self):
        with transaction.atomic(), connection.cursor() as cursor:
            for table, keys in self.gone.items():
                cursor.execute(f'DELETE FROM "{table}" WHERE id = ANY(%s)', [keys])  # noqa: S608  # a name of a model
            for table, lines in self.new.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(lines)
        return deepcopy(self.value)


def remembered(name, make):
    """What `make` makes, by the name of it. It must make the same rows each time, and be called with the database open."""
    for made in _kept.get(name, ()):
        if made.is_for_now():
            return made.put_back()
    before = _lines()
    value = make()
    gone, new = {}, {}
    for table, after in _lines().items():
        if went := before[table] - after:
            gone[table] = [*map(_key, went)]
        if came := after - before[table]:
            new[table] = b"".join(came)
    made = Made(deepcopy(value), gone, new)
    made.stood = _stood(before, made.tables)
    _kept.setdefault(name, []).append(made)
    return value


def _lines():
    """Every row of every table that has a number as its key."""
    found = {}
    with connection.cursor() as cursor:
        for table in _tables():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                found[table] = frozenset(b"".join(copy).splitlines(keepends=True))
    return found


def _tables():
    models = [
        model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy and model._meta.managed
    ]
    return [model._meta.db_table for model in models if model._meta.pk.column == "id"]


def _stood(lines, tables):
    """How many rows there were in each of these tables and which was the last, which tells one beginning from another."""
    keys = [[*map(_key, lines[table])] for table in tables]
    return [(len(each), max(each, default=None)) for each in keys]


def _stand(tables):
    """The same of now."""
    asked = ", ".join(f'(SELECT COUNT(*) FROM "{table}"), (SELECT MAX(id) FROM "{table}")' for table in tables)  # noqa: S608  # names of models
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        found = cursor.fetchone()
    return [*zip(found[::2], found[1::2], strict=True)]


def _key(line):
    return int(line.split(b"\t", 1)[0])
