"""A list comes in: read, its heads recognised, its rows kept. Nobody is registered by it yet."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from outbox.files import safe_name
from trainings.importing import reading
from trainings.importing.heads import head_of
from trainings.importing.tables import Table
from trainings.models import Import, ImportRow, Session

# What was typed on a list is of use until the last row is mended.
KEPT_FOR = timedelta(days=30)
ROWS_AT_ONCE = 500


def bring(*, session: Session, name: str, content: bytes, by: User | None, at: datetime | None = None) -> Import:
    """The list; the one that is there, if these bytes were brought for this session before. Raises tables.Unreadable."""
    digest = hashlib.sha256(content).hexdigest()
    known = Import.objects.filter(session=session, sha256=digest).first()
    if known and known.erased_at is None:
        return known
    return _keep(session, digest, safe_name(name), reading.read(content), by, at or timezone.now())


@transaction.atomic
def _keep(session: Session, digest: str, name: str, table: Table, by: User | None, now: datetime) -> Import:
    """What was erased meanwhile is filled in again; what was applied of it stays applied."""
    head_number, columns = head_of(table.rows)
    said = {"name": name, "read_as": table.read_as, "head_number": head_number, "columns": columns}
    brought = {"brought_by": by, "brought_at": now, "erased_at": None}
    file, _is_new = Import.objects.update_or_create(session=session, sha256=digest, defaults={**said, **brought})
    rows = [ImportRow(file=file, number=number, cells=cells, digest=digest_of(cells)) for number, cells in table.rows]
    ImportRow.objects.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        update_fields=["cells", "digest"],
        unique_fields=["file", "number"],
    )
    return file


def digest_of(cells: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()


def name_columns(*, file: Import, columns: Sequence[str], has_heads: bool) -> None:
    """What each column says, as a person says it."""
    first = file.rows.order_by("number").values_list("number", flat=True).first() or 0
    file.columns = [*columns]
    file.head_number = (file.head_number or first) if has_heads else 0
    file.save(update_fields=["columns", "head_number"])


@transaction.atomic
def choose(*, file: Import, choices: Mapping[int, str]) -> None:
    """Which shop each of these rows, by number, is of; "" takes a choice back. What is applied stays."""
    rows = [*file.rows.pending().filter(number__in=choices)]
    for row in rows:
        row.choice = choices[row.number]
    ImportRow.objects.bulk_update(rows, ["choice"], batch_size=ROWS_AT_ONCE)


def erase_old(*, at: datetime | None = None) -> None:
    """Retention: what was typed goes, what came of it stays with the registration."""
    now = at or timezone.now()
    old = Import.objects.filter(erased_at=None, brought_at__lte=now - KEPT_FOR)
    with transaction.atomic():
        keys = [*old.select_for_update().values_list("pk", flat=True)]
        ImportRow.objects.filter(file__in=keys).pending().delete()
        ImportRow.objects.filter(file__in=keys).update(cells=[], digest="", choice="")
        Import.objects.filter(pk__in=keys).update(erased_at=now)
