"""The statements of one registration in PostgreSQL alone: recorded once, then replayed for other people over as many
connections as the portal has."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string
from psycopg.types.json import Jsonb

from bench.client import Somebody
from bench.people import Spent
from bench.saying import median, say
from bench.servers import Cpu, database, tree_seconds
from trainings import telling
from trainings.models import Session

CONNECTIONS = 8
INSERTED = re.compile(r'INSERT INTO "(\w+)".* RETURNING ')
# Tables whose new keys later statements name; each counts from a number of its own, so that it is known again.
KEYED = ["businesses_person", "businesses_business", "trainings_registration"]
FROM = 10_000_000_000
others = count(9_100_001)


@dataclass(frozen=True)
class Statement:
    sql: str
    params: Any
    transaction: int  # 0: by itself


@dataclass(frozen=True)
class Recording:
    somebody: Somebody
    statements: list[Statement]
    numbers: dict[str, int]  # of the rows that were inserted
    uid: UUID
    session_key: str
    message_id: str

    def for_somebody(self) -> dict[Any, Any]:
        """What is another for another person; the numbers of rows are added as they are given."""
        other = str(next(others))
        return {
            str(self.somebody.seed): other,
            self.somebody.address: f"somewhere-{other}",
            self.session_key: get_random_string(32),
            self.uid: uuid4(),
            self.message_id: f"<{uuid4()}@localhost>",
        }


def measure(session: Session, people: int) -> tuple[Spent, int]:
    """Seconds and CPU, and how many statements it is a registration."""
    recording = record(session)
    todo = list(range(people))
    with connection.cursor() as cursor:
        conninfo = cursor.connection.info.dsn
    start = threading.Barrier(CONNECTIONS + 1)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with psycopg.connect(conninfo, autocommit=True, prepare_threshold=5) as own:
                replay(own, recording)
                start.wait()
                for _ in taken(todo):
                    replay(own, recording)
        except BaseException as error:
            failed.append(error)
            start.abort()
            raise

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    start.wait()
    before, started = tree_seconds(database()), time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"The statements could not be replayed: {failed[0]}")
    seconds, used = time.perf_counter() - started, tree_seconds(database()) - before
    return Spent(seconds, Cpu(0, used), [[] for _ in range(people)]), len(recording.statements)


def taken(todo: list[int]) -> Iterator[int]:
    while True:
        try:
            yield todo.pop()
        except IndexError:
            return


def record(session: Session) -> Recording:
    """What the portal asks of the database for the page, the form and the POST of one person, from this process.

    Somebody whom nobody knows yet, so that their person is inserted too; by e-mail, so that the seat is held.
    """
    somebody = Somebody(seed=next(others), number=1)
    statements: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        outermost = connection.atomic_blocks[0] if connection.in_atomic_block else None
        statements.append(Statement(sql, params, id(outermost) if outermost else 0))
        return execute(sql, params, many, context)

    count_from_afar()
    person = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fr", REMOTE_ADDR=somebody.address)
    page = reverse("trainings:session", args=[session.uid])
    with connection.execute_wrapper(note):
        person.get(page)
        person.get(f"{page}register/")
        person.post(f"{page}register/", dict(somebody.said))
    registration = session.registrations.get(person__email=somebody.email)
    numbers = {
        "businesses_person": registration.person_id,
        "businesses_business": registration.business_id or 0,
        "trainings_registration": registration.pk,
    }
    mail = telling.mails_of(registration).get()
    return Recording(
        somebody, statements, numbers, registration.uid, person.cookies["sessionid"].value, mail.message_id
    )


def count_from_afar() -> None:
    with connection.cursor() as cursor:
        for place, table in enumerate(KEYED, 1):
            key = f"{table}_id_seq"
            cursor.execute("SELECT setval(%s::regclass, GREATEST(nextval(%s::regclass), %s))", [key, key, place * FROM])


def replay(own: psycopg.Connection, recording: Recording) -> None:
    swaps = recording.for_somebody()
    for transaction, statements in groupby(recording.statements, key=lambda statement: statement.transaction):
        if transaction:
            with own.transaction():
                for statement in statements:
                    ask(own, statement, swaps, recording)
        else:
            for statement in statements:
                ask(own, statement, swaps, recording)


def ask(own: psycopg.Connection, statement: Statement, swaps: dict[Any, Any], recording: Recording) -> None:
    params = statement.params and [swapped(value, swaps) for value in statement.params]
    with own.cursor() as cursor:
        cursor.execute(statement.sql, params)  # type: ignore[arg-type]  # recorded, not typed by anybody
        rows = cursor.fetchall() if cursor.description else []
    inserted = INSERTED.match(statement.sql)
    if inserted and inserted[1] in recording.numbers:
        swaps[recording.numbers[inserted[1]]] = rows[0][0]


def swapped(value: Any, swaps: dict[Any, Any]) -> Any:
    """The same value, said of somebody else."""
    if isinstance(value, Jsonb):
        return Jsonb(
            {key: swapped(part, swaps) for key, part in value.obj.items()} if isinstance(value.obj, dict) else value.obj
        )
    if isinstance(value, str):
        for old, new in swaps.items():
            value = value.replace(str(old), str(new))
        return value
    return swaps.get(value, value) if isinstance(value, int | UUID) else value


def report(replayed: list[tuple[Spent, int]]) -> None:
    spent, numbers = zip(*replayed, strict=True)
    rate = [len(one.steps) / one.seconds for one in spent]
    used = [one.used.database * 1000 / len(one.steps) for one in spent]
    say(f"  the same {numbers[0]} statements in PostgreSQL alone, {CONNECTIONS} connections, one session")
    say(f"    {median(rate)} a second; database {median(used)}")
