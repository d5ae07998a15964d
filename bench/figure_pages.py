"""The pages of figures and the official's home, cold: each is the first thing that a process answers once it is up, over a new connection."""

import gc
import json
import os
import time
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.roles import Role
from bench.lists import STAFF, of_staff
from bench.saying import say
from programmes.entrusting import entrust
from programmes.models import City, Official
from reports import registry

PROGRAMME = "commerce-connecte"
AIM, AIM_OF_HOME = 300, 200
OFFICIAL = "omar@city.example"
type Answer = tuple[float, float, int]


def measure(*, rounds: int) -> None:
    """Every figure as staff open it; whatever else it can be split by, the slowest of which is said; and the home of an official.
    Milliseconds, the median of the rounds."""
    import_module("portal.wsgi")
    staff, official = reader(), of_official()
    for client in (staff, official):
        client.handler.load_middleware()
    # What was loaded is no part of a process that answers: it is not looked through for garbage, which takes longer than a page.
    gc.collect()
    gc.freeze()
    say(f"\nPages, cold; aims: each figure under {AIM} ms, the official's home under {AIM_OF_HOME} ms")
    for definition in registry.definitions():
        say(line(definition.code, _answers(staff, address(definition.code), rounds), AIM))
        splits = {
            by: _answers(staff, f"{address(definition.code)}?by={by}", rounds) for by in definition.breakdowns[1:]
        }
        if splits:
            slowest = max(splits, key=lambda by: _median(splits[by]))
            say(line(f"    by {slowest}", splits[slowest], AIM))
    home = reverse("reports:reports", args=[PROGRAMME])
    say(line("the official's home", _answers(official, home, rounds), AIM_OF_HOME))


def address(figure: str) -> str:
    return reverse("reports:figure", args=[PROGRAMME, figure])


def _answers(client: Client, path: str, rounds: int) -> list[Answer]:
    return [first_answer(client, path) for _round in range(rounds)]


def _median(answers: list[Answer]) -> Answer:
    return sorted(answers)[len(answers) // 2]


def line(words: str, answers: list[Answer], aim: int) -> str:
    taken, in_database, statements = _median(answers)
    verdict = "  TOO LONG" if taken >= aim else ""
    return (
        f"  {words:36} {taken:6,.0f} ms, of them {in_database:6,.0f} in the database, {statements} statements{verdict}"
    )


def first_answer(client: Client, path: str) -> Answer:
    """Milliseconds of the page and of its statements, and how many these are, in a process that has answered nothing yet."""
    connection.close()
    connection.close_pool()
    cache.clear()
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(tell, json.dumps(_answered(lambda: client.get(path))).encode())
        finally:
            os._exit(0)
    os.close(tell)
    os.waitpid(child, 0)
    with os.fdopen(told) as answer:
        said = answer.read()
    if not said:
        raise SystemExit(f"No answer: {path}")
    return tuple(json.loads(said))


def _answered(ask: Callable[[], HttpResponse]) -> Answer:
    waited: list[float] = []
    with connection.execute_wrapper(_timing(waited)):
        started = time.perf_counter()
        answer = ask()
        taken = time.perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code}: {answer}")
    return taken * 1000, sum(waited) * 1000, len(waited)


def _timing(waited: list[float]) -> Callable[..., object]:
    def time_it(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            waited.append(time.perf_counter() - started)

    return time_it


def reader() -> Client:
    apply_roles()
    client = of_staff()
    invite(email=STAFF, role=Role.PROGRAMME_STAFF, by=None)
    return client


def of_official() -> Client:
    city = City.objects.filter(sessions__isnull=False).order_by("pk")[:1].get()
    entrust(email=OFFICIAL, city=city, by=None)
    client = Client()
    found = Official.objects.in_force().get(city=city, user__email=OFFICIAL)
    client.force_login(found.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client
