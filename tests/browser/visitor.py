"""Somebody with a browser: what a person does on the pages, and what must hold on every page met on the way."""

import re
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.workers import wait_until

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
# A journey is made on a phone each time, and at a desk with the long counts.
DEVICES = [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desk", marks=pytest.mark.long)]
PATIENCE = 15_000

# Links in the run of a text are as tall as their line: the rule of 44 px is not for them, nor for a box inside its label.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), label.choice")]
  .filter(e => e.checkVisibility() && !e.closest("p, dd, .skip") && !(e.matches("input") && e.closest("label")))
  .map(e => [e.getBoundingClientRect(), e])
  .filter(([box]) => box.height < 43.9 || box.width < 43.9)
  .map(([box, e]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 150)}`)"""
# Without fetching the style sheets a second time: that is for one rule only, which asks about locked orientation.
AXE = {"resultTypes": ["violations"], "preload": False}
WIDTH = "document.documentElement.scrollWidth"
# Rows below the edge of a box, and columns that stand out of a box that does not scroll.
CUT_TABLES = """() => [...document.querySelectorAll(".table-scroll")]
  .filter(e => e.scrollHeight > e.clientHeight + 1 || (getComputedStyle(e).overflowX === "visible" && e.scrollWidth > e.clientWidth + 1))
  .map(e => e.innerText.slice(0, 80))"""
# A busy browser scrolls to the focus some frames after it has moved it: what is behind the bar for a second stays there.
IS_BEHIND_THE_BAR = """async () => {
  const isBehind = () => {
    const bar = document.querySelector(".bar"), here = document.activeElement;
    if (!bar || bar.contains(here) || !here.closest("main")) return false;
    const box = (here.closest(".choice") || here).getBoundingClientRect(), top = bar.getBoundingClientRect().top;
    return box.top < bar.getBoundingClientRect().bottom && (box.top + box.bottom) / 2 > top + 22;
  };
  const end = performance.now() + 1000;
  while (isBehind() && performance.now() < end) await new Promise(requestAnimationFrame);
  return isBehind();
}"""


def code_for(email, smtp):
    """The code in a mail to this address; "" while none has come."""
    words = [mail.get_body(("plain",)).get_content() for mail in smtp.messages if email in str(mail["to"])]
    found = [code[0] for each in words if (code := re.search(r"\b\d{6}\b", each))]
    return found[-1] if found else ""


class Visitor:
    """One browser on one device. What goes wrong behind the scenes is gathered in `troubles`."""

    def __init__(
        self, browser, address, *, script=True, language="en-GB", storage=None, device=PHONE, is_thorough=False
    ):
        self.address, self.script = address, script
        self.widths_for_axe = (360, 1280) if is_thorough else (360,)
        self.context = browser.new_context(
            **device, base_url=address, java_script_enabled=script, locale=language, storage_state=storage
        )
        self.context.set_default_timeout(PATIENCE)
        self.troubles = []
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.troubles.append(f"error: {error.error}"))
        self.context.on("request", self._see_request)
        self.context.on("response", self._see_response)
        self.page = self.context.new_page()
        self.refusals_expected = set()

    def _hear(self, message):
        # A refusal is told by its status below; whatever the content policy stops is told here.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")

    def _see_request(self, request):
        if not request.url.startswith((self.address, "data:")):
            self.troubles.append(f"asked elsewhere: {request.url}")

    def _see_response(self, response):
        if response.status >= 400 and response.status not in self.refusals_expected:
            self.troubles.append(f"{response.status} {response.url}")

    @contextmanager
    def refused(self, status):
        """What is done in here is answered by this status."""
        seen = []
        self.refusals_expected.add(status)
        self.context.on("response", lambda response: seen.append(response.status))
        yield
        self.refusals_expected.discard(status)
        assert status in seen

    def close(self):
        self.context.close()

    # Looking

    @property
    def path(self):
        return self.page.url.removeprefix(self.address)

    @property
    def title(self):
        return self.page.locator("h1").inner_text()

    @property
    def words(self):
        return self.page.locator("main").inner_text()

    def reads(self, words):
        expect(self.page.locator("main")).to_contain_text(words)

    def checked(self, code):
        return self.page.eval_on_selector_all(f"#q-{code} input:checked", "all => all.map(e => e.value)")

    def inspect(self):
        """Nothing scrolls sideways from 320 px on, targets are large enough, axe finds nothing: on a phone and at a desk. What axe reads
        is one page at both: at the desk it looks with the long counts."""
        kept = self.page.viewport_size
        for width, height in ((320, 640), (360, 740), (1280, 800)):
            self.page.set_viewport_size({"width": width, "height": height})
            assert self.page.evaluate(WIDTH) == width, f"{self.path} scrolls sideways at {width} px"
            assert self.page.evaluate(CUT_TABLES) == [], f"{self.path} cuts a table at {width} px"
            if width != 320:
                assert self.page.evaluate(SMALL_TARGETS) == [], f"{self.path} at {width} px"
            if width in self.widths_for_axe:
                found = Axe().run(self.page, options=AXE)
                assert found.violations_count == 0, f"{self.path} at {width} px: {found.generate_report()}"
        self.page.set_viewport_size(kept)

    # Doing

    def goes(self, path):
        self.page.goto(path.removeprefix(self.address))
        return self

    def presses(self, name, *, within="body"):
        self.page.locator(within).get_by_role("button", name=name, exact=True).or_(
            self.page.locator(within).get_by_role("link", name=name, exact=True)
        ).first.click()
        self.page.wait_for_load_state()  # of the page it leads to: a click waits no longer than until that one begins

    def submits(self):
        """Presses the one primary button, and arrives where it leads."""
        with self.page.expect_navigation():
            self.page.locator("main .btn-primary").click()

    def signs_in(self, email, smtp):
        """With the code that the mail brings."""
        self.goes("/accounts/sign-in/")
        self.page.fill("input[name=email]", email)
        self.submits()
        self.page.fill("input[name=code]", wait_until(lambda: code_for(email, smtp)))
        self.submits()
        return self

    def downloads_once_made(self):
        """What the worker makes, from the page that waits for it: its name and its first bytes."""
        link = self.page.locator("main a.btn-primary[href*='/file/']")
        link.wait_for()
        with self.page.expect_download() as started:
            link.click()
        return started.value.suggested_filename, started.value.path().read_bytes()[:4]

    def starts(self, *, trade="flow", place="5000"):
        """From the home page to the first question."""
        self.goes("/")
        self.submits()
        self.page.fill("#q", trade)
        if not self.script:
            self.page.press("#q", "Enter")
        self.page.locator("#trades .choice").first.click()
        self.page.fill("#id_place", place)
        self.page.locator("#size .choice").first.click()
        self.submits()
        self.page.wait_for_selector("#questions")

    def chooses(self, code, value):
        self.page.locator(f'#q-{code} .choice:has(input[value="{value}"])').click()

    def kept_at_once(self, do):
        """What is done in here is kept before the page is sent."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/keep-answer/")):
            do()
        expect(self.page.locator("#kept")).not_to_be_empty()

    def answers(self, nth=0):
        """A page: the nth choice of each question that is shown, the last where there are fewer."""
        for fieldset in self.page.locator("#questions fieldset").all():
            if fieldset.is_visible():
                choices = fieldset.locator(".choice:not(.soft)")
                choices.nth(min(nth, choices.count() - 1)).click()

    def answers_all(self, nth=0, each=lambda page: None):
        """Every page from here to the result."""
        while self.page.locator("#questions").count():
            each(self)
            self.answers(nth)
            self.submits()
        assert re.fullmatch(r"/diagnostic/[0-9a-f-]{36}/result/", self.path)

    def opens(self, link):
        """A secret link: the page behind it shows what it opens, its button opens it."""
        self.goes(link)
        self.submits()
        return self

    def downloads(self):
        """The report: asked for on the result, and taken from the page that waits for it."""
        self.submits()
        self.page.wait_for_selector("main a.btn-primary")
        with self.page.expect_download() as started:
            self.page.locator("main a.btn-primary").click()
        return started.value

    # With the keyboard alone

    def enters(self):
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tabs_to(self, selector, most=80):
        for _ in range(most):
            self.page.keyboard.press("Tab")
            assert not self.page.evaluate(IS_BEHIND_THE_BAR), f"focus is hidden on {self.path}"
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by Tab on {self.path}")
