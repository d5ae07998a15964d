"""One world for the access table and the walk over all pages: its people with their browsers, and what belongs to whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

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
from accounts.models import User
from accounts.roles import Role
from businesses import merging, reaching
from businesses.joining import approve, as_told, bring
from businesses.models import Membership, SubSector
from diagnostics import attaching, links, reporting, sharing, taking
from outbox import files
from outbox.models import Job
from portal import loading
from portal.privacy import handing_over
from programmes import engaging, entrusting, letters, mobilising
from programmes.models import City
from reports import periods
from reports.releasing import release
from reports.sharing import coming_to
from reports.subjects import Subject
from surveys import inviting, printing, signing
from surveys.inviting import Head, heads_of
from surveys.models import Survey
from tests.access_table import PEOPLE, Line
from tests.accounts.conftest import app_code, with_app
from tests.accounts.conftest import signed_in as signed_in_by_pages
from tests.conftest import first_answer, folder, user
from tests.surveys.evenings import make_evening
from tests.trainings.sessions import make_person, make_session, make_training
from trainings import attending, certifying, documents, doors, exporting, interests, posters, registering
from trainings import links as seat_links
from trainings.models import Import, Registration, Session, Topic
from trainings.views.registering import ASKED

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
    those of savepoints rolled back. Sessions of browsers and the counters of tries are left out: a GET may touch them."""
    counted = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname <> ALL(%s)"
    with connection.cursor() as cursor:
        cursor.execute(counted, [["accounts_browser", "portal_cache"]])
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
    _sessions(world, commerce)
    _surveys(world)
    _export(world)
    _calls_and_merges()
    _cities(world, commerce)
    _rows_of_the_admin(world)
    _own_data(world)
    return world


def _people(world: World) -> None:
    apply_roles()
    cache.clear()
    dana = with_app(invite(email="dana@programme.example", role=Role.PROGRAMME_STAFF, by=None, name="Dana Klein").user)
    RecoveryCodes.activate(dana)
    world.browsers = {name: Client() for name in PEOPLE}
    world.browsers["dana"] = signed_in_by_pages(dana)
    world.browsers["dana"].post(reverse("mfa_reauthenticate"), {"code": app_code()})
    roles = {"tom": Role.TRAINER, "omar": Role.CITY_OFFICIAL, "odile": Role.CITY_OFFICIAL}
    for name in ("alice", "bob", "charlie", "tom", "omar", "odile"):
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
    bob = bring(user=world.bob, role=Membership.Role.HELPER, shop=as_told(programme=commerce, **SHOP)).membership
    approve(membership=bob, by=world.alice)
    charlie = bring(user=world.charlie, shop=as_told(programme=commerce, **SHOP)).membership
    world.things["request to join"] = {"membership": charlie.pk}


def _answered(diagnostic):
    questions = diagnostic.version.diagnoser.questionnaire.questions()
    return taking.keep(diagnostic=diagnostic, answers={question.code: first_answer(question) for question in questions})


def _report_of(diagnostic) -> None:
    _done(reporting.ask_for(diagnostic=diagnostic, language="fr"))


def _done(job: Job) -> None:
    """As the worker leaves it, with something in the place of what it would have made."""
    file = files.store(content=b"%PDF-1.7", name="paper.pdf", content_type="application/pdf")
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


def _sessions(world: World, commerce) -> None:
    """Alice has a seat in a session to come and was in one that is past; the holder's browser asked for a seat, too. Tom
    gives all of them."""
    namur, now = City.objects.get(programme=commerce, code="92094"), timezone.now()
    given = {"cities": [namur], "trainers": [world.tom]}
    coming = make_session(commerce, starts=[now + timedelta(days=10)], **given)
    draft = make_session(commerce, starts=[now + timedelta(days=20)], state=Session.State.DRAFT, **given)
    past = make_training(commerce, starts=[now - timedelta(days=3)], **given)
    seat = _seat(coming, world.kept.person, business=world.kept.business)
    was = _seat(past, world.kept.person, at=now - timedelta(days=5), business=world.kept.business)
    of_eve = _seat(coming, make_person("Eve"))
    _hold_seat(world.browsers["holder"], of_eve)
    world.things["link of who has no login"] = {"token": seat_links.token_of(of_eve)}
    for name, session in {"session": coming, "draft": draft, "past session": past}.items():
        world.things[name] = {"uid": session.uid}
    for name, registration in {"registration": seat, "past registration": was}.items():
        world.things[name] = {"uid": registration.uid}
    _doors(world, commerce, {"closed door": past, "door that is not open yet": coming}, given)
    world.things["registration link"] = {"token": seat_links.token_of(seat)}
    world.things["past registration link"] = {"token": seat_links.token_of(was)}
    world.things["registration link with one character changed"] = altered(world.things["registration link"])
    for name, row in {
        "session": coming,
        "registration": seat,
        "campaign": coming.campaign,
        "programme": commerce,
    }.items():
        world.things[f"row of {name}"] = {"pk": row.pk}
    for name, session in {"the session": coming, "another session": past}.items():
        listed = Import.objects.create(session=session, name="liste.csv", sha256="0" * 64, columns=["name"])
        listed.rows.create(number=1, cells=["Zoé"])
        world.things[f"list of {name}"] = {"pk": coming.pk, "number": listed.pk}
    world.things["topic"] = {"code": commerce.code, "topic_code": "photos"}
    world.things["figure"] = {"code": commerce.code, "figure": "participants"}
    world.things["no figure"] = {"code": commerce.code, "figure": "no-such-figure"}
    world.things["no release"] = {"code": commerce.code, "reference": "CC-2016-NAMUR-0"}
    world.things["no report"] = {"code": commerce.code, "pk": 0}
    world.things["table of a figure"] = {**world.things["figure"], "by": "city", "form": "csv"}
    world.things["no topic"] = {"code": commerce.code, "topic_code": "no-such-topic"}
    _papers(world, was)


def _doors(world: World, commerce, sessions: dict[str, Session], given) -> None:
    """One of today, whose PIN the holder's browser has typed; and that of somebody else's session."""
    today = make_session(commerce, starts=[timezone.now()], **given)
    for name, session in {**sessions, "open door": today}.items():
        world.things[name] = {"token": doors.token_of(session)}
    world.things["door with one character changed"] = altered(world.things["open door"])
    world.things["session of others"] = {"uid": make_session(commerce, cities=given["cities"]).uid}
    browser = world.browsers["holder"]
    session = browser.session
    session[doors.OPENED] = [str(today.uid)]
    session.save()


def _seat(session: Session, person, **fields):
    return registering.register(session=session, person=person, language="fr", is_confirmed=True, **fields)


def _hold_seat(browser: Client, registration) -> None:
    session = browser.session
    session[ASKED] = {str(registration.session.uid): str(registration.uid)}
    session.save()


def _papers(world: World, registration) -> None:
    """A certificate with its PDF, and the two papers of its session."""
    session = registration.session
    attending.mark(registration=registration, date=session.dates.get(), is_present=True, key=uuid4())
    certificate = certifying.issue(registration=registration)
    for paper in (
        documents.certificate_of(certificate),
        documents.sheet_of(session, "fr"),
        documents.certificates_of(session, "fr"),
    ):
        _done(documents.ask_for(paper))
    world.things["certificate"] = {"uid": certificate.uid}
    world.things["certificate code"] = {"code": certificate.code}
    world.things["no certificate code"] = {"code": "0000-0000-0000"}


def _surveys(world: World) -> None:
    """The session that is past can be answered by Alice; in another, Zoé has answered and signed."""
    was = Registration.objects.with_names().get(uid=world.things["past registration"]["uid"])
    world.things["invitation"] = {"token": inviting.token_of(Head(was))}
    world.things["invitation with one character changed"] = altered(world.things["invitation"])
    world.things["slip on paper"] = {"uid": was.session.uid, **world.things["invitation"]}
    world.things["slip of another session"] = {"uid": world.things["session"]["uid"], **world.things["invitation"]}
    head = heads_of(make_evening(was.session.programme, heads=1))[0]
    slip = signing.sign(head=head, name="Zoé", language="fr", wants_call=True, may_contact=True)
    world.things["row of slip"] = {"pk": slip.pk}
    world.things["slip link"] = {"token": signing.token_of(slip)}
    world.things["slip link with one character changed"] = altered(world.things["slip link"])
    survey = Survey.objects.current_of(was.session.programme)
    _done(documents.ask_for(printing.form_of(was.session, survey, "fr")))


def _export(world: World) -> None:
    """A file of registrations that Dana has asked for."""
    dana = User.objects.get(email="dana@programme.example")
    job = exporting.ask_for(registrations=Registration.objects.all(), form="csv", key=uuid4(), by=dana)
    _done(job)
    world.things["export"] = {"pk": job.pk}


def _cities(world: World, commerce) -> None:
    """What is agreed with Namur, a letter to it, what was done in it, and that Omar speaks for it."""
    namur, dana = City.objects.get(programme=commerce, code="92094"), User.objects.get(email="dana@programme.example")
    campaign, day = commerce.campaign_at(timezone.localdate()), timezone.localdate()
    row = engaging.engage(campaign=campaign, city=namur, by=dana)
    mobilising.mobilise(campaign=campaign, city=namur, kind="letter", on=day, by=dana)
    entrusting.entrust(email=world.omar.email, city=namur, by=None)
    job = letters.ask_for(campaign=campaign, rows=[row], by=dana)
    _done(job)
    world.things["row of engagement"] = {"pk": row.pk}
    world.things["letters"] = {"pk": job.pk}
    _city_of_omar(world, commerce, namur)
    release(subject=Subject(commerce, periods.of_campaign(campaign), namur))


def _city_of_omar(world: World, commerce, namur: City) -> None:
    """Its poster is made; it may see the shops that came through it."""
    sessions = coming_to(namur)
    _done(documents.ask_for(posters.poster_of(namur, sessions, "fr")))
    world.things["address on a poster"] = {"start": sessions[0].uid.hex[:8], "via": namur.code}
    world.things["city of Omar"] = {"code": commerce.code, "city": namur.code}
    world.things["shops of the city of Omar"] = {**world.things["city of Omar"], "form": "csv"}
    world.things["turnout as a file"] = {"code": commerce.code, "table": "kinds", "form": "csv"}


def _own_data(world: World) -> None:
    """Alice has asked for all that is kept about her."""
    for job in handing_over.ask(user=world.alice, language="fr"):
        _done(job)
    world.things["readable form"] = {"form": handing_over.PDF}


def _calls_and_merges() -> None:
    merging.merge(kept=make_person("Zoé"), gone=make_person("Zoe"), by=None)
    without_mail = make_person("Yann", email="", phone="081 22 33 44")
    reaching.reach(person=without_mail, template="trainings/emails/reminder", language="fr", ids={})


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
