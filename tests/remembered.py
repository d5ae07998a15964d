"""What takes long to make in the database is made once in a process; from then on its rows are put back as they were.

A fixture that loads a programme through the portal's own verbs takes a tenth of a second, one with three evenings in it half a second,
and hundreds of tests ask for them. PostgreSQL copies the same rows in some milliseconds. The first time they are made as ever, and what
has changed in the tables is kept: rows that are new, and rows that stand no longer as they stood. They are put back only where the
tables stand as they stood then; elsewhere all is made again.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256

from django.apps import apps
from django.db import connection, transaction

# Loading applies the roles where they are not applied, and so changes nothing of them where they are. Permissions a test that
# empties the tables makes anew, under other keys.
READ_TOO = {"auth_group", "auth_group_permissions", "auth_permission"}

# Of each, as many beginnings as one file of tests has.
MOST = 3

_kept = {}


@dataclass
class Made:
    """What became of the tables: by table the keys of rows that went, and the new lines as COPY writes them."""

    value: object
    gone: dict[str, list[int]]
    new: dict[str, bytes]
    stood: list[str] = field(default_factory=list)

    @property
    def tables(self):
        return sorted({*self.gone, *self.new} | READ_TOO)

    def is_for_now(self):
        return _stood(_lines(self.tables), self.tables) == self.stood

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
    before = _lines(_tables())
    value = make()
    gone, new = {}, {}
    for table, after in _lines(_tables()).items():
        if went := before[table] - after:
            gone[table] = [*map(_key, went)]
        if came := after - before[table]:
            new[table] = b"".join(came)
    made = Made(deepcopy(value), gone, new)
    made.stood = _stood(before, made.tables)
    _kept[name] = [made, *_kept.get(name, ())][:MOST]
    return value


def _lines(tables):
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                found[table] = frozenset(b"".join(copy).splitlines(keepends=True))
    return found


def _tables():
    """All that have a number as their key."""
    models = [
        model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy and model._meta.managed
    ]
    return [model._meta.db_table for model in models if model._meta.pk.column == "id"]


def _stood(lines, tables):
    """A fingerprint of each of these tables, row by row."""
    return [_fingerprint(lines[table]) for table in tables]


def _fingerprint(lines):
    return sha256(b"".join(sorted(lines))).hexdigest()


def _key(line):
    return int(line.split(b"\t", 1)[0])
