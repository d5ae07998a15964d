"""The rules of retention.yaml, applied: each function that a rule names, every night; those with an hour of their own keep it."""

import inspect
import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import import_string

from portal.retention import ON_DELETE, retention

logger = logging.getLogger(__name__)

type Purge = Callable[..., int]
DROP_SAMPLES = """
    SELECT pg_clear_attribute_stats(schemaname::text, tablename::text, attname::text, inherited)
    FROM pg_stats
    WHERE schemaname = current_schema AND (
        tablename = ANY(%(tables)s)
        OR tablename IN (SELECT indexname FROM pg_indexes WHERE tablename = ANY(%(tables)s))
    )
"""


def purges() -> Iterator[tuple[str, Purge]]:
    """Every rule with the function that applies it by night."""
    for name, rule in retention().rules.items():
        function = import_string(rule.by) if rule.by != ON_DELETE else None
        if function and "dry_run" in inspect.signature(function).parameters:
            yield name, function


def by_the_hour() -> dict[str, str]:
    """Rules applied by another clock, or by the loading of content: the function of each."""
    nightly = dict(purges())
    return {name: rule.by for name, rule in retention().rules.items() if name not in nightly and rule.by != ON_DELETE}


def purge(*, at: datetime | None = None, dry_run: bool = False) -> dict[str, int | None]:
    """How many rows each rule took, or would take. One that fails (None) keeps no other from its work, and stands in the log."""
    counts = {name: _applied(name, function, at, dry_run) for name, function in purges()}
    if not dry_run:
        forget_samples()
    return counts


@transaction.atomic
def forget_samples() -> None:
    """PostgreSQL keeps samples of what stands in columns and indexes, to plan its queries by: of what was erased, too, until
    it takes new ones, and of a table without a row for ever. They are dropped, and taken anew."""
    tables = [apps.get_model(label)._meta.db_table for label in retention().tables]
    with connection.cursor() as cursor:
        cursor.execute(DROP_SAMPLES, {"tables": tables})
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def _applied(name: str, function: Purge, at: datetime | None, dry_run: bool) -> int | None:
    try:
        count = function(at=at, dry_run=dry_run)
    except Exception:
        logger.exception("Retention: the rule %s could not be applied.", name)
        return None
    if count and not dry_run:
        logger.info("Retention: %s rows by the rule %s.", count, name)
    return count
