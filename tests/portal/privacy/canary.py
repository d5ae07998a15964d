"""A person of unusual words who does everything that one can do here, and a look into every corner where a word may have stayed."""

import base64
import json
import re
import zlib
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.signing_in import send_code
from businesses import merging
from businesses.models import Business, Person
from businesses.reaching import reach
from diagnostics import attaching, reporting, sharing, taking
from diagnostics import mailing as diagnostic_mails
from outbox import files
from outbox.mail import queue
from outbox.models import Job
from programmes import letters
from programmes.models import Engagement, LetterTemplate, Mobilisation
from surveys import signing
from surveys.inviting import Head
from tests.conftest import first_answer
from tests.trainings.sessions import make_person, make_session, make_training
from trainings import arriving, attending, certifying, documents, exporting, interests, registering, scheduling
from trainings.importing import bringing
from trainings.models import Certificate, Module, Registration, Topic

ADDRESS = "zenobie.canari@serinus.example"
OTHER_ADDRESS = "zc@voliere.example"
NAME, OTHER_NAME, HELPER = "Zénobie Canariensis", "Zénobie Ç. Serine", "Ülrich Fringilla"
PHONE, SPACED_PHONE = "0499776655", "0499 77 66 55"
OTHER_PHONE, HELPERS_PHONE = "0499112233", "0499 44 55 66"
WITHOUT_ACCENTS = "ZENOBIE CANARIENSIS"
SHOP = {"name": "Volière Domestica", "number": "BE 0403.019.261", "street": "Rue du Perchoir 77", "postal_code": "5000"}
REASON = "mon perroquet Gazouillis est malade"
WORDS = (
    ADDRESS,
    OTHER_ADDRESS,
    NAME,
    OTHER_NAME,
    HELPER,
    PHONE,
    "Volière Dom",
    "0403019261",
    SPACED_PHONE,
    OTHER_PHONE,
    HELPERS_PHONE,
    WITHOUT_ACCENTS,
    "Perchoir 77",
    "Gazouillis",
)


def of_login(user, programme, sub_sector, city, staff):
    """All that somebody with a login leaves behind; returns its past registration, and the one to come with who waits for it."""
    now = timezone.now()
    done = _diagnosed(user, programme, sub_sector, city)
    person, shop = done.person, done.business
    Person.objects.filter(pk=person.pk).update(phone=PHONE)
    gone = Person.objects.create(name=OTHER_NAME, email=OTHER_ADDRESS, phone=PHONE)
    merging.merge(kept=person, gone=gone, by=staff)
    merging.merge(kept=shop, gone=Business.objects.create(programme=programme, name="Volière bis"), by=staff)
    was = _attended(programme, city, person, shop, now)
    coming = make_session(programme, starts=[now + timedelta(days=10)], cities=[city], capacity=1)
    seat = registering.register(session=coming, person=person, business=shop, language="fr", is_confirmed=True)
    _listed(coming, staff)
    _talked_about(person, shop, was, staff)
    topic = Topic.objects.filter(programme=programme).first()
    interests.ask(topic=topic, city=city, language="fr", user=user, at=now)
    interests.ask(topic=topic, city=city, language="fr", email=ADDRESS)
    interests.confirm(interest=interests.ask(topic=topic, city=city, language="fr", email=OTHER_ADDRESS), at=now)
    _papers(was, done, user, staff)
    _named_by_staff(programme, city, staff, now)
    return was, seat


def _named_by_staff(programme, city, staff, now):
    """Wherever staff type, about others: a list of all that portal/retention.yaml says may name somebody."""
    said = f"Voir {NAME} ({SPACED_PHONE}), chez {SHOP['name']}"
    campaign = programme.campaigns.order_by("pk").first()
    engagement = Engagement.objects.create(campaign=campaign, city=city, contact=f"Mme {WITHOUT_ACCENTS}", phone="02 1")
    Engagement.objects.filter(pk=engagement.pk).update(next_action=said)
    engagement.notes.create(on=now, text=f"{said} : la commune prête sa salle")
    Mobilisation.objects.create(campaign=campaign, city=city, kind="other", on=now, about=said, code="serinus")
    LetterTemplate.objects.create(campaign=campaign, language="fr", subject=said, text=said, signature=NAME)
    letters.ask_for(campaign=campaign, rows=[engagement], by=staff)
    session = make_training(programme, cities=[city])
    Module.objects.filter(pk=session.module_id).update(approval="refused", refusal_reason=said)
    beside = registering.register(session=session, person=make_person("Paul"), language="fr", is_confirmed=True)
    reach(person=make_person("Léa", channel="phone"), template="x", language="fr", ids={}, about=said)
    Certificate.objects.create(
        registration=beside, code="SERINUS", name="Paul", language="fr", title="x", minutes=1, dates=["x"]
    )
    Certificate.objects.filter(registration=beside).update(revoked_at=now, revoke_reason=said)
    registering.cancel(registration=beside, reason=said)
    scheduling.cancel_session(session=session, reason=said, by=staff)
    LogEntry.objects.log_actions(staff.pk, [beside], CHANGE, change_message=said, single_object=True)
    LogEntry.objects.filter(object_id=beside.pk).update(object_repr=NAME)


def _diagnosed(user, programme, sub_sector, city):
    begun = taking.start(programme=programme, sub_sector=sub_sector, city=city, staff_size="alone", language="fr")
    questions = begun.version.diagnoser.questionnaire.questions()
    taking.keep(diagnostic=begun, answers={question.code: first_answer(question) for question in questions})
    done = taking.complete(diagnostic=begun)
    attaching.attach(diagnostic=done, user=user, person_name=NAME, **SHOP)
    done.refresh_from_db()
    sharing.share(diagnostic=done)
    queue(
        template=diagnostic_mails.LINK,
        to=ADDRESS,
        language="fr",
        ids={"diagnostic": done.pk},
        secrets={"link": "https://portal.example/Gazouillis"},
    )
    return done


def _attended(programme, city, person, shop, now):
    """A training with vouchers, three days ago, with a helper; a certificate for both; a slip."""
    past = make_training(programme, starts=[now - timedelta(days=3)], cities=[city])
    was = registering.register(
        session=past,
        person=person,
        business=shop,
        language="fr",
        with_helper=True,
        helper_name=HELPER,
        is_confirmed=True,
        at=now - timedelta(days=9),
    )
    for is_helper in (False, True):
        attending.mark(
            registration=was, date=past.dates.get(), is_present=True, is_helper=is_helper, key=uuid4(), at=now
        )
        certifying.issue(registration=was, is_helper=is_helper)
    said = {"language": "fr", "wants_small_group": True, "wants_call": True, "may_contact": True}
    signing.sign(head=Head(was), name=NAME, phone=PHONE, **said)
    signing.sign(head=Head(was, is_helper=True), name=HELPER, phone=HELPERS_PHONE, **said)
    _brought_along(past, shop, said)
    return was


def _brought_along(session, shop, said):
    """By somebody else of the shop, as helper; she signs as such, too."""
    beside = registering.register(
        session=session,
        person=make_person("Jules"),
        business=shop,
        language="fr",
        with_helper=True,
        helper_name=NAME,
        is_confirmed=True,
        at=timezone.now() - timedelta(days=9),
    )
    signing.sign(head=Head(beside, is_helper=True), name=WITHOUT_ACCENTS, phone=OTHER_PHONE, **said)


def _listed(session, staff):
    """She stands on a list that staff brought, too."""
    content = f"Nom;E-mail;Commerce\n{NAME};{ADDRESS};{SHOP['name']}\n".encode()
    bringing.bring(session=session, name=f"{SHOP['name']}.csv", content=content, by=staff)


def _talked_about(person, shop, registration, staff):
    """A call, a cancelled seat with a reason, what staff wrote into the log."""
    person.channel = Person.Channel.PHONE
    person.save(update_fields=["channel"])
    reach(person=person, template="x", language="fr", ids={}, about=f"Rappeler {NAME} au {PHONE}")
    Person.objects.filter(pk=person.pk).update(channel=Person.Channel.MAIL)
    person.refresh_from_db()
    other = make_session(registration.session.programme, starts=[timezone.now() + timedelta(days=5)])
    given_up = registering.register(session=other, person=person, business=shop, language="fr", is_confirmed=True)
    registering.cancel(registration=given_up, reason=REASON)
    words = [{"changed": {"object": f"{NAME}, {SHOP['name']}"}}]
    for row in (person, shop, registration, registration.session):
        LogEntry.objects.log_actions(staff.pk, [row], CHANGE, change_message=words, single_object=True)


def _papers(registration, diagnostic, user, staff):
    """Papers that the worker made of her, for herself and for staff."""
    shown = Registration.objects.all()
    jobs = [
        reporting.ask_for(diagnostic=diagnostic, language="fr", by=user),
        documents.ask_for(documents.sheet_of(registration.session, "fr"), by=staff),
        documents.ask_for(documents.certificates_of(registration.session, "fr"), by=staff),
        documents.ask_for(documents.certificate_of(registration.certificates.first()), by=user),
        exporting.ask_for(registrations=shown, form="csv", key=uuid4(), by=staff),
    ]
    for job in jobs:
        file = files.store(content=NAME.encode(), name=f"{SHOP['name']}.pdf", content_type="application/pdf")
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=timezone.now(), file=file)


def of_nobody(session):
    """The same words, typed by somebody without a login."""
    return arriving.come(
        session=session,
        name=NAME,
        shop=SHOP["name"],
        postal_code="5000",
        email=ADDRESS,
        phone=PHONE,
        with_helper=True,
        helper_name=HELPER,
        language="fr",
        is_confirmed=True,
    )


def code_asked(rf):
    """A browser that has asked for a code to sign in, and has not typed it."""
    browser = Client()
    request = rf.post("/")
    request.session = browser.session
    send_code(request, ADDRESS)
    request.session.save()


def hits(words=WORDS):
    """Every table and every file in which one of these words stands."""
    found = {f"{table}: {text[:300]}" for table, text in _rows() if _says(text, words)}
    made = {str(path): path.read_bytes().decode(errors="replace") for path in _files()}
    return found | {path for path, text in made.items() if _says(path + text, words)}


def _files():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def _rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608  the name of a table
            yield from ((table, text) for (text,) in cursor.fetchall())


def _says(text, words):
    """As written, as JSON writes it, without signs, and inside what is packed as sessions and the cache are."""
    readable = " ".join([text, text.replace("\\\\", "\\"), *_unpacked(text)]).casefold()
    return any(form.casefold() in readable for word in words for form in (word, json.dumps(word)[1:-1]))


def _unpacked(text):
    for packed in re.findall(r"\.?[A-Za-z0-9_=-]{16,}", text):
        body = packed.lstrip(".")
        try:
            raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            yield (zlib.decompress(raw) if packed.startswith(".") else raw).decode(errors="ignore")
        except (ValueError, zlib.error):
            continue
