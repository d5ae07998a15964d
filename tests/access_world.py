"""One world for the access table and the walk over all pages: its people with their browsers, and what belongs to whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.roles import Role
from businesses.joining import approve, bring
from businesses.models import Membership, SubSector
from diagnostics import attaching, links, reporting, sharing, taking
from outbox import files
from outbox.models import Job
from portal import loading
from programmes.models import City
from tests.access_table import PEOPLE, Line
from tests.accounts.conftest import app_code, with_app
from tests.accounts.conftest import signed_in as signed_in_by_pages
from tests.conftest import first_answer, folder, user
from trainings import interests
from trainings.models import Topic

SHOP = {"name": "Fleurs Dupont", "postal_code": "5000", "street": "Rue de Fer 12", "number": "BE 0403.019.261"}


@dataclass
class World:
    """`things` are the arguments of the URLs, by the names of the access table; `browsers` those of its people."""

    browsers: dict[str, Client] = field(default_factory=dict)
    things: dict[str, dict[str, object]] = field(default_factory=dict)

    def address(self, line: Line) -> str:
        address = reverse(line.name, kwargs=self.things[line.on] if line.on else None)
        return f"{address}?{line.query}" if line.query else address

    @contextmanager
    def asked(self, person: str, line: Line) -> Iterator[object]:
        """The answer to this person; then everything is as it was before."""
        browser = self.browsers[person]
        cookies = browser.cookies.copy()
        with transaction.atomic():
            ask = browser.get if line.posted is None else browser.post
            response = ask(self.address(line), line.posted)
            yield response
            if response.streaming:
                response.getvalue()  # read to its end it is closed; response.close() would also close the database
            transaction.set_rollback(True)
        browser.cookies = cookies


def told(response) -> int | str:
    """The answer as the table writes it."""
    if response.status_code in {301, 302}:
        return f"to {resolve(response.url.split('?')[0].split('#')[0]).view_name}"
    return response.status_code


def rows_written() -> dict[str, int]:
    """Rows that this transaction has inserted, changed or deleted so far, by table; PostgreSQL itself counts them, also
    those of savepoints rolled back. Sessions are left out: they may be touched by a GET."""
    counted = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname <> %s"
    with connection.cursor() as cursor:
        cursor.execute(counted, ["django_session"])
        return dict(cursor.fetchall())


def lasting() -> Iterator[World]:
    """One world for all tests of a module; each test, with `db`, undoes what it did in it."""
    with transaction.atomic():
        yield made()
        transaction.set_rollback(True)


def made() -> World:
    world = World()
    _people(world)
    commerce = loading.load(folder("commerce-connecte")).programme
    _diagnostics(world, commerce)
    _interests(world, commerce)
    _rows_of_the_admin(world)
    return world


def _people(world: World) -> None:
    apply_roles()
    cache.clear()
    dana = with_app(invite(email="dana@programme.example", role=Role.PROGRAMME_STAFF, by=None, name="Dana Klein").user)
    RecoveryCodes.activate(dana)
    world.browsers = {name: Client() for name in PEOPLE}
    world.browsers["dana"] = signed_in_by_pages(dana)
    world.browsers["dana"].post(reverse("mfa_reauthenticate"), {"code": app_code()})
    roles = {"omar": Role.CITY_OFFICIAL, "odile": Role.CITY_OFFICIAL}
    for name in ("alice", "bob", "charlie", "omar", "odile"):
        person = user(f"{name}@example.org", roles.get(name, ""), name=name.capitalize())
        world.browsers[name].force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        setattr(world, name, person)


def _diagnostics(world: World, commerce) -> None:
    """Alice has kept one, has begun another and answered all of a third; the holder's browser holds one of nobody."""
    about = {
        "programme": commerce,
        "sub_sector": SubSector.objects.get(programme=commerce, code="florist"),
        "city": City.objects.get(programme=commerce, code="92094"),
        "staff_size": "alone",
        "language": "fr",
    }
    kept = taking.complete(diagnostic=_answered(taking.start(**about)))
    attaching.attach(diagnostic=kept, user=world.alice, person_name="Alice", **SHOP)
    kept.refresh_from_db()
    hers = {"person": kept.person, "business": kept.business}
    held = taking.complete(diagnostic=_answered(taking.start(**about)))
    begun, answered = taking.start(**about, **hers), _answered(taking.start(**about, **hers))
    world.kept = kept
    _hold(world.browsers["holder"], held)
    _report_of(kept)
    _things_of_diagnostics(world, kept=kept, held=held, begun=begun, answered=answered)
    _shares(world, kept)
    _memberships(world, commerce)


def _hold(browser: Client, diagnostic) -> None:
    session = browser.session
    session["diagnostics"] = [str(diagnostic.public_id)]
    session.save()
    browser.cookies["sessionid"] = session.session_key


def _things_of_diagnostics(world: World, **diagnostics) -> None:
    for name, diagnostic in diagnostics.items():
        first_page = diagnostic.version.dimensions[0]["code"]
        world.things[name] = {"public_id": diagnostic.public_id}
        world.things[f"page of {name}"] = {"public_id": diagnostic.public_id, "code": first_page}
        world.things[f"no page of {name}"] = {"public_id": diagnostic.public_id, "code": "no-such-page"}
        world.things[f"{name} link"] = {"token": links.secret_path(diagnostic).rstrip("/").rpartition("/")[2]}
    world.things["link with one character changed"] = altered(world.things["kept link"])
    world.things["programme"] = {"code": world.kept.programme.code}
    world.things["no programme"] = {"code": "no-such-programme"}
    world.things["colour"] = {"colour": "a3402a"}


def _shares(world: World, diagnostic) -> None:
    revoked = sharing.share(diagnostic=diagnostic)
    sharing.revoke(diagnostic=diagnostic)
    world.things["revoked share"] = {"token": revoked.token}
    world.things["share"] = {"token": sharing.share(diagnostic=diagnostic).token}


def _memberships(world: World, commerce) -> None:
    """Bob was let in as a helper; Charlie asks to be."""
    bob = bring(user=world.bob, programme=commerce, role=Membership.Role.HELPER, **SHOP).membership
    approve(membership=bob, by=world.alice)
    charlie = bring(user=world.charlie, programme=commerce, **SHOP).membership
    world.things["request to join"] = {"membership": charlie.pk}


def _answered(diagnostic):
    questions = diagnostic.version.diagnoser.questionnaire.questions()
    return taking.keep(diagnostic=diagnostic, answers={question.code: first_answer(question) for question in questions})


def _report_of(diagnostic) -> None:
    file = files.store(content=b"%PDF-1.7", name="diagnostic.pdf", content_type="application/pdf")
    job = reporting.ask_for(diagnostic=diagnostic, language="fr")
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, finished_at=timezone.now(), file=file)


def altered(thing: dict[str, object]) -> dict[str, object]:
    token = str(thing["token"])
    return {"token": token[:-1] + ("A" if token[-1] != "A" else "B")}


def _interests(world: World, commerce) -> None:
    topic = Topic.objects.get(programme=commerce, code="photos")
    city = City.objects.get(programme=commerce, code="92094")
    interest = interests.ask(topic=topic, city=city, language="fr", email="eve@example.org")
    interests.ask(topic=topic, city=city, language="fr", user=world.alice)
    world.things["interest link"] = {"token": interests.link_token(interest)}
    world.things["interest link with one character changed"] = altered(world.things["interest link"])


def _rows_of_the_admin(world: World) -> None:
    """The first row of every model that the admin shows."""
    for model in site._registry:
        row = model._default_manager.order_by("pk").first()
        world.things[model._meta.label_lower.replace(".", "_")] = {"object_id": row.pk}
    city = apps.get_model("programmes", "City")
    world.things["app"] = {"app_label": "businesses"}
    world.things["a thing without a page"] = {
        "content_type_id": ContentType.objects.get_for_model(city).pk,
        "object_id": city.objects.first().pk,
    }
