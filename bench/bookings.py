"""Registrations over HTTP to sessions that more people want than there are seats, beside two baselines on the same stack."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from django.urls import reverse

from bench import evenings, replaying
from bench.bare.models import Evening
from bench.people import Spent, send
from bench.saying import median, percentile, say
from bench.servers import Web, web
from trainings.models import Session

PEOPLE = 300
AIM_SHARE, AIM_PAGE = 0.6, 6
ONCE_BARE = 17  # milliseconds of CPU of a registration in bare Django, on a machine of this kind
PEERS = "pretix 2.8 a second (760 ms of CPU each), Indico 16.5 (248 ms), bare Django 184 (17 ms); a public page 42 ms in both"
seeds = count(1)


@dataclass(frozen=True)
class Rush:
    """So many people at once, for so many sessions of so many seats."""

    name: str
    clients: int
    sessions: int = 1
    seats: int = evenings.SEATS


RUSHES = [
    Rush("one session of 100 seats, 50 at once", 50),
    Rush("one session of 100 seats, 300 at once", 300),
    Rush("eight sessions of 13 seats, 50 at once", 50, sessions=8, seats=13),
]


@dataclass
class Rounds:
    """What was measured, round by round."""

    own: list[Spent] = field(default_factory=list)
    bare: list[Spent] = field(default_factory=list)
    bare_pages: list[Spent] = field(default_factory=list)


@contextmanager
def both() -> Iterator[tuple[Web, Web]]:
    """The portal, to which each client has an address of its own, and the baseline."""
    env = {**os.environ, "TREMPLIN_BEHIND_PROXY": "1"}
    bare_env = {**env, "DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    with web("portal.wsgi:application", env) as portal, web("bench.bare.wsgi:application", bare_env) as other:
        yield portal, other


def measure(*, rounds: int) -> None:
    measured = [Rounds() for _ in RUSHES]
    replayed = []
    with both() as (portal, other):
        one_round(portal, other, RUSHES[0], Rounds())  # warms up
        for _ in range(rounds):
            for rush, those in zip(RUSHES, measured, strict=True):
                one_round(portal, other, rush, those)
            replayed.append(replaying.measure(evenings.make(evenings.SEATS), PEOPLE))
    say(
        f"\nA registration over HTTP (page of the session, form, POST), {PEOPLE} people; one in four by phone, registered at once"
    )
    say("  with its voucher, the others held until confirmed; one in ten with a helper. No worker runs. ms of CPU each")
    for rush, those in zip(RUSHES, measured, strict=True):
        report(rush, those)
    replaying.report(replayed)
    say(f"  peers, as once measured, 50 at once, each in its own steps: {PEERS}")


def one_round(portal: Web, other: Web, rush: Rush, those: Rounds) -> None:
    sessions = [evenings.make(rush.seats) for _ in range(rush.sessions)]
    places = [Evening.objects.create(title=evenings.TITLE) for _ in range(rush.sessions)]
    task = {"what": "book", "seed": next(seeds), "people": PEOPLE, "clients": rush.clients}
    own = send(portal, task | {"pages": [page_of(session) for session in sessions]})
    evenings.check(sessions, people=PEOPLE)
    bare = task | {"pages": [f"/evening/{place.pk}/" for place in places]}
    sizes = [step[2] for step in own.steps[0][:2]]
    those.own.append(own)
    those.bare.append(send(other, bare | {"sizes": sizes[1:]}))
    those.bare_pages.append(send(other, bare | {"sizes": sizes}))
    check_sizes(sizes, those.bare_pages[-1])


def page_of(session: Session) -> str:
    return reverse("trainings:session", args=[session.uid])


def check_sizes(wanted: Sequence[int], spent: Spent) -> None:
    for size, step in zip(wanted, spent.steps[0], strict=False):
        if not 0.9 <= step[2] / size <= 1.1:
            raise SystemExit(f"A page of the baseline has {step[2]} bytes instead of {size}.")


def rates(those: Sequence[Spent]) -> list[float]:
    return [len(spent.steps) / spent.seconds for spent in those]


def each(those: Sequence[Spent], part: str) -> list[float]:
    """Milliseconds of CPU of that part."""
    return [getattr(spent.used, part) * 1000 / len(spent.steps) for spent in those]


def shares(own: Sequence[Spent], bare: Sequence[Spent]) -> list[float]:
    return [100 * ours / theirs for ours, theirs in zip(rates(own), rates(bare), strict=True)]


def report(rush: Rush, those: Rounds) -> None:
    say(f"  {rush.name}: oversold 0, nobody twice, the others in line")
    lines = {"the portal": those.own, "bare GET, bare POST": those.bare, "as many bare GETs": those.bare_pages}
    for name, spent in lines.items():
        web_ms, database_ms = median(each(spent, "web")), median(each(spent, "database"))
        say(f"    {name:20} {median(rates(spent))} a second; web {web_ms}, database {database_ms}")
        whole = [sum(step[3] for step in steps) for one in spent for steps in one.steps]
        posts = [steps[-1][3] for one in spent for steps in one.steps]
        times = [f"{percentile(kind, part):,.0f}" for kind in (whole, posts) for part in (0.5, 0.95)]
        say(f"    {'':20} ms p50 {times[0]}, p95 {times[1]}; the POST {times[2]}, {times[3]}")
    share, of_pages = median(shares(those.own, those.bare), 0), median(shares(those.own, those.bare_pages), 0)
    say(f"    share of the bare rate, %: {share}; of as many bare GETs: {of_pages}; aim at least {AIM_SHARE:.0%}")
    of_once = [100 * ONCE_BARE / (spent.cpu * 1000 / PEOPLE) for spent in those.own]
    say(f"    share by the CPU that bare Django once took, {ONCE_BARE} ms, %: {median(of_once, 0)}")


def measure_pages(*, rounds: int, views: int) -> None:
    """Pages that anybody reads, beside bare pages of the same bytes."""
    session, place = evenings.make(evenings.SEATS), Evening.objects.create(title=evenings.TITLE)
    page = page_of(session)
    paths = {
        "session": page,
        "form": f"{page}register/",
        "sessions to come": reverse("trainings:sessions", args=["commerce-connecte"]),
    }
    costs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in paths}
    with both() as (portal, other):
        for number in range(rounds + 1):  # the first warms up
            for name, path in paths.items():
                own = looked(portal, path, views)
                bare = looked(other, f"/evening/{place.pk}/{own.steps[0][0][2]}/", views)
                if number:
                    costs[name].append((each([own], "web")[0], each([own], "database")[0], 1000 * bare.cpu / views))
    say(f"\nPages that anybody reads, 4 at once; ms of CPU each; a session's page is to cost at most {AIM_PAGE}")
    for name, those in costs.items():
        whole, bare_ms = [w + d for w, d, _ in those], [b for _, _, b in those]
        parts = f"web {median([w for w, _, _ in those])}, database {median([d for _, d, _ in those])}"
        say(f"  {name:17} {median(whole)}: {parts}; a bare page of as many bytes {median(bare_ms)}")


def looked(server: Web, path: str, views: int) -> Spent:
    return send(server, {"what": "look", "path": path, "times": views, "clients": 4})
