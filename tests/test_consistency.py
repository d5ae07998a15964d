"""What must agree with what: addresses with the access table, templates with code, files with the rules of the house.
Fields and their retention: tests/portal/test_retention.py; README, .env.example and compose: tests/house/test_papers.py."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import django
import pytest
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse
from django.utils import translation
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from portal import catalogues
from tests import access_world
from tests.access_table import GETS, POSTS, SIGN_IN
from tests.tree import ROOT, texts

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)

# Open without a sign-in, each because its own key opens it (a session, a link, a code) or because it holds nothing of anybody
PUBLIC = {
    *(
        "healthz",
        "readyz",
        "portal:home",
        "portal:programme",
        "portal:notices",
        "portal:colours",
        "portal:set_language",
        "portal:erase_by_link",
        "portal:erase_by_link_now",
        "portal:erased",
    ),
    *(
        "account_login",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_inactive",
        "account_logout",
    ),
    "mfa_authenticate",
    *("trainings:sessions", "trainings:topics", "trainings:topic", "trainings:session", "trainings:session_calendar"),
    "short_address",
    *("trainings:register", "trainings:asked", "trainings:registration", "trainings:certificate_check"),
    *("trainings:interest_confirm", "trainings:interest_stop"),
    *("trainings:certificate_by_link", "trainings:certificate_file_by_link"),
    *("trainings:door", "trainings:door_tap", "trainings:door_taps", "trainings:door_leave", "trainings:door_worker"),
    *("diagnostics:start", "diagnostics:trades", "diagnostics:places", "diagnostics:leave", "diagnostics:resume"),
    *(
        "diagnostics:resume_link",
        "diagnostics:shared",
        "diagnostics:go_on",
        "diagnostics:page",
        "diagnostics:keep_answer",
    ),
    *("diagnostics:join", "diagnostics:room", "diagnostics:share_device"),
    *("surveys:enter", "surveys:join", "surveys:answer", "surveys:screen", "surveys:codes", "surveys:outcome"),
    *("diagnostics:finish", "diagnostics:result", "diagnostics:again", "diagnostics:share", "diagnostics:unshare"),
    *(
        "diagnostics:tell_me",
        "diagnostics:keep",
        "diagnostics:mail_link",
        "diagnostics:report",
        "diagnostics:report_file",
    ),
}

# Files of more than 400 lines and functions of more than 40, each with the reason why it is not split
LONG_FILES = {
    "static/css/portal.css": "one sheet: the look of all pages",
    "tests/access_table.py": "one table: every address, by person",
    "tests/portal/test_demo.py": "one load of the demo, which takes twenty seconds, for all of its tests",
    "tests/questionnaires/test_checking.py": "one test for each mistake that a content file may hold",
}
LONG_FUNCTIONS = {
    "tests/browser/test_every_page.py:test_pages_of_the_result": "one journey, page by page",
}

# Ignored for one reason wherever it occurs; every other ignore says its own
SAME_REASON_EVERYWHERE = {
    "untyped-decorator": "celery and allauth carry no types",
    "F401": "fixtures, makers and contexts are there once their module is imported",
    "S101": "bench/ stops at what cannot be",
    "S106": "words of tests that open nothing",
    "attr-defined": "the types know neither the choices of a form's field nor what a query is annotated with",
    "S603": "tests and benchmarks start programs of their own",
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield from access_world.lasting()


# Addresses and views


def patterns(resolver=None, namespace=""):
    """Every named address with its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        if not isinstance(entry, URLPattern):
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif entry.name:
            yield f"{namespace}{entry.name}", entry.callback


def test_every_address_has_a_line_in_the_access_table():
    assert {name for name, _view in patterns()} == {line.name for line in GETS}


def test_every_view_is_public_by_decision_or_asks_to_sign_in():
    ours = {name: view for name, view in patterns() if not name.startswith("admin:")}
    assert {name for name, view in ours.items() if not getattr(view, "login_required", True)} == PUBLIC


def test_what_is_not_public_leads_visitors_to_the_sign_in():
    others = [line for line in GETS if line.name not in PUBLIC and not line.name.startswith("admin:")]
    assert {line.name for line in others if line.expected["visitor"] != SIGN_IN} == set()


def test_middleware_asks_everybody_to_sign_in_and_adds_the_policy_to_every_answer():
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    assert settings.MIDDLEWARE[0] == "django.middleware.csp.ContentSecurityPolicyMiddleware"


# Pages: the walk over all of them


class Inline(HTMLParser):
    """Collects what the policy would have to allow: inline style and script."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.add(f"<{tag}>")
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.found.add(f"<{tag} {name}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.add(f"<{tag} {name}=javascript:>")


def inline_in(response):
    if not response["Content-Type"].startswith("text/html"):
        return set()
    page = Inline()
    page.feed(response.content.decode())
    return page.found


@pytest.mark.parametrize("person", ["holder", "alice", "dana"])
def test_no_page_has_inline_style_or_script_and_every_answer_has_the_policy(person, world, db):
    wrong = {}
    for line in (*GETS, *POSTS):
        with world.asked(person, line) as response:
            if inline := inline_in(response):
                wrong[str(line)] = inline
            if response.headers.get("Content-Security-Policy") != CSP:
                wrong[str(line)] = response.headers.get("Content-Security-Policy")
    assert wrong == {}


def broken(*_arguments, **_names):
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    ("status", "path", "headers"),
    [(404, "/nowhere/", {}), (500, "/", {}), (400, "/", {"host": "evil.example"}), (200, "/static/css/portal.css", {})],
)
def test_errors_and_static_files_have_the_policy_and_nothing_inline(status, path, headers, db, monkeypatch):
    if status == 500:
        monkeypatch.setattr("portal.views.render", broken)
        monkeypatch.setattr("portal.views.welcome", broken)
    response = Client(raise_request_exception=False).get(path, headers=headers)
    found = (response.status_code, response.headers.get("Content-Security-Policy"))
    if response.streaming:
        response.getvalue()
    assert found == (status, CSP)
    assert response.streaming or inline_in(response) == set()


def test_form_without_its_token_has_the_policy_and_nothing_inline(db):
    response = Client(enforce_csrf_checks=True).post(reverse("portal:set_language"))
    assert (response.status_code, response.headers["Content-Security-Policy"]) == (403, CSP)
    assert inline_in(response) == set()


def test_too_many_tries_are_told_in_plain_words(rf, db):
    with translation.override("en"):
        response = respond_429(rf.get("/"))
    assert (response.status_code, inline_in(response)) == (429, set())
    assert "<h1>That was a little too often</h1>" in response.content.decode()


# Templates, migrations, translations

CONVENTIONS = {
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
}  # Django and allauth ask for them
TEMPLATES = ROOT / "templates"


def of_a_package(name):
    """One that stands in for a package's own, or that Django's admin looks for by the name of a model."""
    folders = [
        Path(django.__file__).parent / "contrib/admin/templates",
        Path(sys.modules["allauth"].__file__).parent / "templates",
    ]
    stock = re.sub(r"^admin/\w+/\w+/", "admin/", name)
    return any((folder / each).is_file() for folder in folders for each in (name, stock))


def test_every_template_is_used():
    """By its name in code or in another template; a mail is queued by the name that its three files share."""
    sources = "\n".join(
        text for name, text in texts(".py", ".html", ".svg", ".txt").items() if not name.startswith("tests/")
    )
    named = set(re.findall(r"""["']([\w/]+(?:\.\w+)*)(?:#\w+)?["']""", sources))
    named |= {f"trainings/emails/{name}" for name in re.findall(r"\bEMAILS \+ \"(\w+)\"", sources)}
    names = [str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*")) if path.is_file()]
    mails = {name: re.sub(r"(\.subject)?\.\w+$", "", name) for name in names if "/emails/" in name}
    known = named | CONVENTIONS
    assert [name for name in names if not ({name, mails.get(name)} & known or of_a_package(name))] == []


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("language", catalogues.COMPLETE)
def test_catalogue_is_complete_and_fresh(language):
    assert catalogues.problems(language, catalogues.read(language), catalogues.extracted()) == []


# Files


def test_floors_are_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)  # noqa: S603
    assert done.returncode == 0, done.stdout


def requirements(text):
    """Requirements that are held to one version, with the hashes below each."""
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", "\n").strip())
    return {canonicalize_name(entry.name): (entry, hashes) for entry, hashes in map(parsed, entries)}


def parsed(entry):
    first, *hashes = entry.split("\n")
    return Requirement(first.strip()), [line.strip() for line in hashes]


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {"requirements.txt": [], "requirements-dev.txt": ["demo", "dev"]}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_is_compiled_from_the_project(lock):
    locked = requirements((ROOT / lock).read_text())
    groups = [entry for group in LOCKS[lock] for entry in PROJECT["dependency-groups"][group] if isinstance(entry, str)]
    asked = list(map(Requirement, PROJECT["project"]["dependencies"] + groups))
    held = {name: next(iter(entry.specifier)).version for name, (entry, _hashes) in locked.items()}
    assert [str(one) for one in asked if not one.specifier.contains(held.get(canonicalize_name(one.name), "0"))] == []
    assert [name for name, (_entry, hashes) in locked.items() if not hashes] == []
    assert needed(asked) == {name for name, (entry, _hashes) in locked.items() if holds(entry.marker, "")}


def needed(asked):
    """What these need here, and what that needs, as the installed packages say."""
    names, waiting = set(), [(one, extra) for one in asked for extra in ("", *one.extras)]
    seen = set()
    while waiting:
        one, extra = waiting.pop()
        name = canonicalize_name(one.name)
        names.add(name)
        if (name, extra) not in seen:
            seen.add((name, extra))
            further = map(Requirement, importlib.metadata.requires(name) or [])
            waiting += [(each, more) for each in further if holds(each.marker, extra) for more in ("", *each.extras)]
    return names


def holds(marker: Marker | None, extra: str) -> bool:
    return marker is None or marker.evaluate({"extra": extra})


REGISTRIES = re.compile(r"p[y]pi[.]org|files[.]python[h]osted|registry[.]npm[j]s|deb[.]debia[n]")
MACHINE = re.compile(r"/[w]ork/|/[r]oot/|/[h]ome/\w|/[t]mp/\w")


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    lines = [(name, line) for name, text in texts().items() for line in text.splitlines()]
    assert [(name, line) for name, line in lines if REGISTRIES.search(line) or MACHINE.search(line)] == []


IGNORE = re.compile(r"#\s*(?:noqa|type: [i]gnore)(?::\s*([A-Z0-9, ]+\d)|\[([a-z, -]+)\])?[ \t]*(.*)")


def test_every_ignore_says_why():
    assert [each for name, text in texts(".py").items() for each in silent_ignores(name, text)] == []


def silent_ignores(name, text):
    """Those without a reason behind them, in a comment above, or on the line above that ignores the same."""
    before, explained = "", set()
    for number, line in enumerate(text.splitlines(), 1):
        found = [((rules or types).strip(), reason.strip(" #")) for rules, types, reason in IGNORE.findall(line)]
        has_comment_above = before.startswith("#")
        silent = {rule for rule, reason in found if not (reason or has_comment_above)}
        silent -= explained | SAME_REASON_EVERYWHERE.keys()
        yield from (f"{name}:{number} {rule or 'everything'}" for rule in silent)
        before, explained = line.strip(), {rule for rule, _reason in found} - silent


def test_every_ignore_of_the_project_says_why():
    ignores = re.findall(
        r'^(?:ignore = .*|ignore_missing_imports.*|"[^"]+" = \["[A-Z].*)$',
        (ROOT / "pyproject.toml").read_text(),
        re.MULTILINE,
    )
    assert ignores and [line for line in ignores if " # " not in line] == []


def test_example_environment_names_every_variable_that_compose_reads():
    """Those with a default stand in it as comments; the other way round, and the README: tests/house/test_papers.py."""
    read = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == read


def test_changelog_has_room_for_what_is_not_released():
    assert re.findall(r"^## \[?Unreleased\]?$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE) != []


def test_files_and_functions_are_short_or_listed_with_a_reason():
    sources = {name: text for name, text in texts(".py", ".css", ".js", ".html").items() if "/migrations/" not in name}
    long_files = {name for name, text in sources.items() if text.count("\n") > 400}
    functions = {
        f"{name}:{node.name}"
        for name, text in sources.items()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 40
    }
    assert (long_files, functions) == (set(LONG_FILES), set(LONG_FUNCTIONS))
