"""What a first visit brings over the wire, in real Chromium with an empty cache: home, and the first question."""

import os
from collections import Counter
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from bench import client
from bench.saying import say
from bench.servers import web
from launcher.system import need_chromium

AIMS = 90, 50  # KB with and without fonts
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "fr-BE"}


def measure() -> None:
    say("\nA first visit with an empty cache, KB over the wire (1 KB = 1,000 bytes)")
    with web("portal.wsgi:application", os.environ) as portal, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=need_chromium(), args=FLAGS)
        path, cookies = first_question(portal.port)
        for name, address, held in [("home", "/", {}), ("first question", path, cookies)]:
            report(name, *visit(chromium, f"http://localhost:{portal.port}", address, held))
        chromium.close()


def first_question(port: int) -> tuple[str, dict[str, str]]:
    """Where the first question of a new diagnostic is, and the cookies that open it."""
    person = client.Browser(port)
    path = client.begin(person, client.chance_of(1))
    return path, person.cookies


def visit(browser: Browser, origin: str, path: str, cookies: dict[str, str]) -> tuple[Counter[str], list[str]]:
    """Bytes by kind of file, and the addresses outside the origin that were asked for."""
    context = browser.new_context(**PHONE)
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    outside: list[str] = []

    def asked(event: dict) -> None:
        kinds[event["requestId"]] = event.get("type", "Other")
        address = event["request"]["url"]
        if not address.startswith((origin, "data:")):
            outside.append(urlsplit(address).netloc)

    devtools.on("Network.requestWillBeSent", asked)
    devtools.on(
        "Network.loadingFinished",
        lambda event: sizes.update({kinds[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    page.goto(origin + path, wait_until="networkidle")
    context.close()
    return sizes, outside


def report(name: str, sizes: Counter[str], outside: list[str]) -> None:
    whole, fonts = sum(sizes.values()), sizes["Font"]
    parts = ", ".join(f"{kind.lower()} {size / 1000:.1f}" for kind, size in sizes.most_common())
    say(
        f"  {name:15} {whole / 1000:.1f} with fonts (aim {AIMS[0]}), {(whole - fonts) / 1000:.1f} without (aim {AIMS[1]}): {parts}"
    )
    say(f"  {'':15} asked outside the origin: {', '.join(outside) or 'nothing'}")
