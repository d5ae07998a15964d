"""One complete diagnostic over HTTP, home to result, beside a baseline of as many bare requests on the same stack."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from bench.client import Step
from bench.people import send
from bench.saying import median, percentile, say
from bench.servers import Web, web

CLIENTS = 8
ONCE_MEASURED = {"GET": 4.5, "POST": 1.9}  # milliseconds of CPU of a bare request, on a machine of this kind
AIM_RATIO = 1.5
AIMS = {False: 60, True: 100}  # milliseconds of CPU a diagnostic, without and with answers kept at once
PEERS = "django-survey-and-report 236, LimeSurvey 404 with its cache on, 1,219 as installed"

Walk = list[Step]


@dataclass
class Rounds:
    """What was measured round by round, in milliseconds."""

    cpu: list[float] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [own / bare for own, bare in zip(self.cpu, self.baseline, strict=True)]


def measure(*, rounds: int, diagnostics: int) -> None:
    bare_env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    own = {False: Rounds(), True: Rounds()}
    bare: dict[str, list[float]] = {"GET": [], "POST": []}
    with web("portal.wsgi:application", os.environ) as portal, web("bench.bare.wsgi:application", bare_env) as other:
        for seed in range(rounds + 1):  # the first warms up
            measured = {kept: walk(portal, kept, diagnostics, seed) for kept in own}
            costs = {method: bare_cost(other, method, measured[True][1]) for method in bare}
            if not seed:
                continue
            for method, cost in costs.items():
                bare[method].append(cost)
            for kept, (cpu, walks) in measured.items():
                own[kept].cpu.append(cpu)
                own[kept].walks += walks
                own[kept].baseline.append(bare_total(walks, costs))
    report(own, bare)


def walk(server: Web, kept: bool, diagnostics: int, seed: int) -> tuple[float, list[Walk]]:
    """Milliseconds of CPU a diagnostic, and every step of every one."""
    task = {"what": "walk", "kept": kept, "diagnostics": diagnostics, "clients": CLIENTS, "seed": seed}
    spent = send(server, task)
    return spent.cpu * 1000 / len(spent.steps), spent.steps


def bare_cost(server: Web, method: str, walks: list[Walk]) -> float:
    """Milliseconds of CPU of one bare request of this method: as many, and pages as large, as those walks had."""
    sizes = [[size for own_method, _, size, _ in steps if own_method == method] for steps in walks]
    spent = send(server, {"what": "bare", "method": method, "sizes": sizes, "clients": CLIENTS})
    check_sizes(sizes, spent.steps)
    return spent.cpu * 1000 / sum(map(len, sizes))


def check_sizes(asked: Iterable[Sequence[int]], done: Iterable[Walk]) -> None:
    wanted = sum(chain.from_iterable(asked))
    got = sum(size for steps in done for method, _, size, _ in steps if method == "GET")
    if got and not 0.9 <= got / wanted <= 1.1:
        raise SystemExit(f"The baseline's pages have {got} bytes instead of {wanted}.")


def bare_total(walks: list[Walk], costs: dict[str, float]) -> float:
    methods = [method for steps in walks for method, *_ in steps]
    return sum(costs[method] for method in methods) / len(walks)


def report(own: dict[bool, Rounds], bare: dict[str, list[float]]) -> None:
    say("\nA diagnostic over HTTP, home to result, 8 clients at once; milliseconds of CPU, web and database together")
    for method, costs in bare.items():
        say(f"  baseline, a bare {method:4}  {median(costs, 2)}; once measured: {ONCE_MEASURED[method]}")
    for kept, rounds in own.items():
        name = "every answer kept at once" if kept else "without JavaScript, pages only"
        steps = list(chain.from_iterable(rounds.walks))
        gets, posts = (sum(step[0] == m for step in steps) / len(rounds.walks) for m in ("GET", "POST"))
        say(f"  {name}: {gets:.0f} GET and {posts:.1f} POST a diagnostic")
        say(f"    CPU a diagnostic  {median(rounds.cpu)}; aim about {AIMS[kept]}")
        say(f"    baseline          {median(rounds.baseline)}")
        say(f"    ratio             {median(rounds.ratios, 2)}; aim at most {AIM_RATIO}")
        once = gets * ONCE_MEASURED["GET"] + posts * ONCE_MEASURED["POST"]
        say(f"    to what the baseline once cost, {once:.1f}: {median([cpu / once for cpu in rounds.cpu], 2)}")
        whole = [sum(step[3] for step in walk) for walk in rounds.walks]
        each = [step[3] for step in steps]
        say(f"    time a diagnostic p50 {percentile(whole, 0.5):.0f} ms, p95 {percentile(whole, 0.95):.0f} ms")
        say(f"    time a request    p50 {percentile(each, 0.5):.1f} ms, p95 {percentile(each, 0.95):.1f} ms")
    say(f"  peers, twenty questions over five pages: {PEERS}")
