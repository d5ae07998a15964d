"""The people in front of their browsers: run as a process of its own, whose CPU does not count.

    python -m bench.client PORT '{"what": "walk", "kept": true, "diagnostics": 48, "clients": 8, "seed": 1}'

Prints, as JSON, the seconds that all of it took, and one list of steps for each diagnostic or registration: [method, status, bytes
of the answer, milliseconds].
"""

import html
import http.client
import json
import random
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

Step = tuple[str, int, int, float]
Fields = list[tuple[str, str]]

INPUT = re.compile(r'<input type="(radio|checkbox)" name="([\w-]+)" value="([\w+-]+)"( data-alone)?')
FIELDSET = re.compile(r"<fieldset.*?</fieldset>", re.DOTALL)


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # the same people in every run


@dataclass
class Browser:
    """One person: a connection that stays open, and the cookies of one diagnostic or registration."""

    port: int
    address: str = ""  # where the person is, as a proxy would say it
    cookies: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def forget(self) -> None:
        self.cookies, self.steps = {}, []

    def become(self, address: str) -> None:
        """Somebody else, on another connection."""
        self.connection.close()
        self.forget()
        self.address = address

    def get(self, path: str) -> str:
        return self._ask("GET", path)[0]

    def post(self, path: str, fields: Fields, **headers: str) -> tuple[str, str]:
        """The page that it answers with, and where it sends one."""
        body = urlencode([("csrfmiddlewaretoken", self.cookies.get("csrftoken", "")), *fields])
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def _ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[str, str]:
        sent = {"Accept-Language": "fr", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if self.address:
            sent["X-Forwarded-For"] = self.address
        started = time.perf_counter()
        self.connection.request(method, path, body.encode() or None, sent | (headers or {}))
        answer = self.connection.getresponse()
        page = answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status}\n{page.decode()[:2000]}")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.steps.append((method, answer.status, len(page), took))
        return page.decode(), answer.headers.get("Location", "")


def walk(browser: Browser, chance: random.Random, *, kept: bool) -> None:
    """From home to the result, as somebody does it who answers everything."""
    path = begin(browser, chance)
    while "/result/" not in path:
        path = answer_page(browser, path, chance, kept=kept)
    browser.get(path)


def begin(browser: Browser, chance: random.Random) -> str:
    """From home to where the first question is."""
    home = browser.get("/")
    start = re.search(r'href="(/diagnostic/start/[\w-]+/)"', home)
    assert start, home  # noqa: S101
    form = browser.get(start[1])
    trades = re.findall(r'<option value="(\d+)"', form)
    fields = [("sub_sector", chance.choice(trades)), ("place", "Namur"), ("staff_size", "alone")]
    return browser.post(start[1], fields)[1]


def answer_page(browser: Browser, path: str, chance: random.Random, *, kept: bool) -> str:
    page = browser.get(path)
    fields: Fields = []
    for question in FIELDSET.findall(page):
        given = chosen(question, chance, fields)
        for ticked in range(1, len(given) + 1) if kept else ():
            # Every tick is kept, with those before it.
            browser.post(f"{path}keep-answer/", given[:ticked], **{"HX-Request": "true"})
        fields += given
    return browser.post(path, [*fields, ("go", "next")])[1]


def chosen(question: str, chance: random.Random, before: Fields) -> Fields:
    """What this person chooses here; nothing where an earlier answer has closed the question."""
    if condition := re.search(r'data-only-if="([\w-]+)" data-any="([^"]*)"', question):
        opening = {(condition[1], value) for value in condition[2].split()}
        if opening.isdisjoint(before):
            return []
    inputs = [(kind, name, html.unescape(value), alone) for kind, name, value, alone in INPUT.findall(question)]
    ticks = [(name, value) for kind, name, value, alone in inputs if kind == "checkbox" and not alone]
    if ticks:
        return chance.sample(ticks, chance.randint(1, min(3, len(ticks))))
    return [chance.choice([(name, value) for _, name, value, _ in inputs])]


def bare(browser: Browser, method: str, sizes: list[int]) -> None:
    """The same number of requests of one method to the baseline: pages of these bytes, or saves."""
    if not browser.cookies:
        browser.get("/start/")
    browser.steps = []
    for size in sizes:
        if method == "GET":
            browser.get(f"/page/{size}/")
        else:
            browser.post("/save/", [("question", "answer")])


def look(browser: Browser, path: str) -> None:
    browser.steps = []
    browser.get(path)


@dataclass(frozen=True)
class Somebody:
    """Who wants a seat: the same people under one seed, whom nobody knows under another."""

    seed: int
    number: int

    @property
    def address(self) -> str:
        return f"10.{self.seed % 250}.{self.number // 250}.{self.number % 250 + 1}"

    @property
    def said(self) -> Fields:
        """One in four has no e-mail, and is registered at once; one in ten brings a helper."""
        who = f"{self.seed}-{self.number}"
        reached = ("phone", f"04{self.seed:04}{self.number:04}") if self.number % 4 == 0 else ("email", self.email)
        helper = [("with_helper", "on"), ("helper_name", f"Helper {who}")] if self.number % 10 == 5 else []
        return [("name", f"Client {who}"), ("shop", f"Shop {who}"), ("postal_code", "5000"), reached, *helper]

    @property
    def email(self) -> str:
        return f"client-{self.seed}-{self.number}@example.org"


def book(browser: Browser, somebody: Somebody, page: str) -> None:
    """The page of the session, its form, and the seat or the place in the line."""
    browser.become(somebody.address)
    browser.get(page)
    browser.get(f"{page}register/")
    _answer, where = browser.post(f"{page}register/", somebody.said)
    if where != f"{page}asked/":
        raise SystemExit(f"{page}register/ led to {where or 'the form again'}.")


def bare_book(browser: Browser, somebody: Somebody, page: str, sizes: Sequence[int]) -> None:
    """Pages of these bytes, and a seat."""
    browser.become(somebody.address)
    for size in sizes:
        browser.get(f"{page}{size}/")
    browser.post(f"{page}seat/", [*somebody.said[:2], ("email", somebody.email)])


Job = Callable[[Browser], None]


def walks(task: dict) -> list[Job]:
    def anew(browser: Browser, number: int) -> None:
        browser.forget()
        walk(browser, chance_of(task["seed"] * 10_000 + number), kept=task["kept"])

    return [partial(anew, number=number) for number in range(task["diagnostics"])]


def bookings(task: dict) -> list[Job]:
    """People in turn to each of the pages."""
    pages, sizes = task["pages"], task.get("sizes")
    wanted = [(Somebody(task["seed"], n), pages[n % len(pages)]) for n in range(task["people"])]
    if sizes:
        return [partial(bare_book, somebody=who, page=page, sizes=sizes) for who, page in wanted]
    return [partial(book, somebody=who, page=page) for who, page in wanted]


JOBS: dict[str, Callable[[dict], list[Job]]] = {
    "walk": walks,
    "bare": lambda task: [partial(bare, method=task["method"], sizes=sizes) for sizes in task["sizes"]],
    "book": bookings,
    "look": lambda task: [partial(look, path=task["path"])] * task["times"],
}


def run(port: int, task: dict) -> dict:
    todo, done, failed = JOBS[task["what"]](task), [], []
    start = threading.Barrier(task["clients"] + 1)

    def work() -> None:
        browser = Browser(port)
        start.wait()
        try:
            for job in take(todo):
                job(browser)
                done.append(browser.steps)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(task["clients"])]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(str(failed[0]))
    return {"seconds": time.perf_counter() - started, "done": done}


def take(todo: list) -> Iterator:
    while True:
        try:
            yield todo.pop()
        except IndexError:
            return


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), json.loads(sys.argv[2]))))
