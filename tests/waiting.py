"""Whether somebody waits for a lock, in the database of this test."""

from django.db import connection

WAITING_HERE = """
SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN
    (SELECT pid FROM pg_locks JOIN pg_database ON database = pg_database.oid WHERE datname = current_database())
"""


def waiting_for_a_lock():
    """How many."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_HERE)
        return cursor.fetchone()[0]
