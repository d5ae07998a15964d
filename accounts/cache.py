"""The cache in the database: rate limits and used codes. A write is one statement, and nothing goes before its time.

Django's own counts all rows before each write, asks before it inserts, and beyond its most entries drops some that still count.
"""

import base64
import pickle
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

WRITE = """INSERT INTO {table} AS known (cache_key, value, expires) VALUES (%s, %s, %s)
ON CONFLICT (cache_key) DO UPDATE SET value = EXCLUDED.value, expires = EXCLUDED.expires{held}"""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
UNLESS_HELD = " WHERE known.expires < now()"  # what "add" leaves alone


class Cache(DatabaseCache):
    """What has expired is dropped by the hour (tidying.py)."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        """Whether it was written: always to "set", to "add" only where nothing stands that has not expired."""
        if mode == "touch":
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]  # unknown to the stubs
        moment = self.get_backend_timeout(timeout)
        expires = NEVER if moment is None else datetime.fromtimestamp(moment, tz=UTC)
        written = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode()
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # unknown to the stubs
        with connection.cursor() as cursor:
            cursor.execute(
                WRITE.format(table=table, held=UNLESS_HELD if mode == "add" else ""), [key, written, expires]
            )
            return bool(cursor.rowcount == 1)
