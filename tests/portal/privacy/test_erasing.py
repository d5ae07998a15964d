"""“Erase me”: nothing is left that leads to somebody, and no figure moves."""

import logging
from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import accounts.tasks  # noqa: F401  the contexts of its mails
import diagnostics.tasks  # noqa: F401  likewise
import portal.tasks  # noqa: F401  likewise
import trainings.tasks  # noqa: F401  likewise
from accounts.forgetting import WorksHere
from accounts.models import User
from businesses.forgetting import Whose
from businesses.joining import approve, as_told, bring
from businesses.models import Business, Call, Membership, Person
from diagnostics.models import Diagnostic
from outbox import tasks
from outbox.models import Job, Mail
from portal.privacy import erasing, purging
from portal.retention import retention
from programmes import letters
from programmes.models import Campaign, Engagement, LetterTemplate, Note
from surveys.models import Slip
from tests.portal.privacy import canary
from tests.portal.privacy.figuring import every_figure
from tests.programmes.makers import make_city
from tests.trainings.sessions import make_person, make_session
from trainings import interests, links, registering
from trainings.models import Interest, Registration

pytestmark = pytest.mark.django_db(transaction=True)
SURE = {"word": "erase"}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def deliver():
    """As the worker does, one after the other."""
    for pk in Mail.objects.filter(state="requested").values_list("pk", flat=True):
        tasks.send(pk)


def test_canary_leaves_no_trace_in_any_table_file_mail_or_log(life, zenobie, signed_in, smtp, caplog, rf):
    caplog.set_level(logging.DEBUG, logger="")
    browser = signed_in(zenobie)
    canary.code_asked(rf)
    smtp.to_recipients.append(f"450 {canary.ADDRESS} is busy")
    deliver()
    assert len(canary.hits()) > 20  # so that the look itself is known to see
    assert browser.post(reverse("portal:erase_me_now"), SURE).url == reverse("portal:erased")
    deliver()
    assert canary.hits() == set()
    said = [
        record for record in caplog.records if not record.name.startswith("mail.")
    ]  # that of the test's own mail server
    assert [record for record in said if canary._says(record.getMessage(), canary.WORDS)] == []
    assert [message["Subject"] for message in smtp.messages][-1] == "Your data is erased"
    assert smtp.recipients[-1] == [canary.ADDRESS]


def test_night_after_leaves_no_word_in_the_samples_of_the_database(life, zenobie):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    erasing.erase_login(user=zenobie, language="en")
    Mail.objects.all().delete()  # the farewell
    assert any(canary._says(text, canary.WORDS) for text in _samples())
    purging.purge(dry_run=True)
    assert any(canary._says(text, canary.WORDS) for text in _samples())
    purging.purge()
    assert [text for text in _samples() if canary._says(text, canary.WORDS)] == []


def _samples():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename || concat(most_common_vals, histogram_bounds, most_common_elems) FROM pg_stats"
        )
        return [text for (text,) in cursor.fetchall()]


def test_figures_stay_as_they_were(life, zenobie, commerce):
    at = timezone.now()
    before = every_figure(commerce, at)
    counted = ("participants", "people", "shops", "diagnostics-completed", "slips-wanting", "interests")
    assert [before[code, None].n for code in counted] == [2, 1, 1, 1, 1, 2]
    assert before["vouchers-public-share", None].value > 0
    erasing.erase_login(user=zenobie, language="en")
    assert every_figure(commerce, at) == before
    assert every_figure(commerce, timezone.now())["interests", None].n == 0  # from now on nobody is told


def test_canary_stands_in_every_text_that_may_name_somebody(life):
    texts = {f"{label}.{name}": [*_values(label, name)] for label, name in retention().texts()}
    assert [
        name for name, values in texts.items() if not any(canary._says(text, canary.WORDS) for text in values)
    ] == []


def _values(label, name):
    return apps.get_model(label)._default_manager.values_list(name, flat=True)


def test_what_staff_noted_stays_without_the_words(life, zenobie):
    erasing.erase_login(user=zenobie, language="en")
    assert Note.objects.get().text == "Voir … (…), chez … : la commune prête sa salle"
    assert Engagement.objects.get().contact == "Mme …"


@pytest.mark.parametrize(
    "known_by", [{"email": canary.ADDRESS}, {"contact": f"Mme {canary.NAME}", "phone": "+32 (0)499/77.66.55"}]
)
def test_contact_of_a_city_at_this_address_or_phone_is_forgotten_whole(life, zenobie, known_by):
    Engagement.objects.update(**({"contact": "Z.", "email": "z@namur.example", "phone": "02 1"} | known_by))
    erasing.erase_login(user=zenobie, language="en")
    assert Engagement.objects.values_list("contact", "email", "phone").get() == ("", "", "")


def test_contact_of_a_city_who_has_the_name_alone_stays_reachable(life, zenobie):
    Engagement.objects.update(contact=canary.NAME, email="economie@mons.example", phone="065 11 22 33")
    erasing.erase_login(user=zenobie, language="en")
    kept = Engagement.objects.values_list("contact", "email", "phone").get()
    assert kept == ("…", "economie@mons.example", "065 11 22 33")


def test_contact_of_a_city_who_has_the_phone_alone_keeps_the_rest(life, zenobie):
    Engagement.objects.update(contact="Paul", email="economie@mons.example", phone="+32 499 77 66 55")
    erasing.erase_login(user=zenobie, language="en")
    kept = Engagement.objects.values_list("contact", "email", "phone").get()
    assert kept == ("Paul", "economie@mons.example", "")


def test_letters_that_name_nobody_who_is_erased_stay(life, zenobie, dana):
    LetterTemplate.objects.all().delete()
    hers, campaign = Engagement.objects.get(), Campaign.objects.order_by("pk").first()
    other = Engagement.objects.create(campaign=campaign, city=make_city(campaign.programme, "dinant"), contact="Paul")
    Job.objects.all().delete()
    ask = partial(letters.ask_for, campaign=campaign, by=dana)
    kept, to_her = ask(rows=[other]), ask(rows=[other, hers])
    LetterTemplate.objects.create(
        campaign=campaign, language="fr", subject="x", text=f"Bonjour,\n{canary.NAME} viendra."
    )
    about_her = ask(rows=[other])
    assert len({kept.pk, to_her.pk, about_her.pk}) == 3
    erasing.erase_login(user=zenobie, language="en")
    assert [*Job.objects.values_list("pk", flat=True)] == [kept.pk]


def test_letters_that_name_who_looked_after_the_city_go(life, dana, bob):
    Engagement.objects.update(contact="Paul", owner=dana)
    LetterTemplate.objects.all().delete()
    Job.objects.all().delete()
    letters.ask_for(campaign=Engagement.objects.get().campaign, rows=Engagement.objects.all(), by=bob)
    User.objects.filter(pk=dana.pk).update(is_staff=False)
    dana.refresh_from_db()
    erasing.erase_login(user=dana, language="en")
    assert not Job.objects.exists()


def test_link_of_a_wish_from_before_takes_nothing_back(life, zenobie):
    wish = Interest.objects.filter(user=zenobie).get()
    token = interests.link_token(wish)
    erasing.erase_login(user=zenobie, language="en")
    with pytest.raises(Interest.DoesNotExist):
        interests.interest_of(token)


def test_seat_to_come_goes_to_who_waits(life, zenobie):
    _was, seat = life
    waiting = registering.register(session=seat.session, person=make_person("Paul"), language="fr", is_confirmed=True)
    assert waiting.state == "waiting"
    erasing.erase_login(user=zenobie, language="en")
    waiting.refresh_from_db()
    seat.refresh_from_db()
    assert (waiting.state, seat.state) == ("registered", "cancelled")
    assert Mail.objects.filter(key__startswith=f"registration/{waiting.pk}/").exists()


def test_last_mail_names_the_seats_given_back_and_is_kept_nowhere(life, zenobie, smtp):
    Mail.objects.all().delete()
    erasing.erase_login(user=zenobie, language="en")
    deliver()
    assert len(smtp.messages) == 1
    text = smtp.messages[0].get_body(("plain",)).get_content()
    assert life[1].session.title in text
    assert not Mail.objects.exists()


def test_last_mail_that_is_refused_is_kept_nowhere_either(life, zenobie, smtp):
    Mail.objects.all().delete()
    erasing.erase_login(user=zenobie, language="en")
    Mail.objects.update(attempts_allowed=1)
    smtp.to_recipients.append(f"550 no {canary.ADDRESS} here")
    deliver()
    assert (smtp.messages, Mail.objects.count()) == ([], 0)


def test_links_and_codes_from_before_open_nothing(life, zenobie):
    was, _seat = life
    done = Diagnostic.objects.get(person__user=zenobie)
    token, public_id, digest = links.token_of(was), done.public_id, done.code_digest
    erasing.erase_login(user=zenobie, language="en")
    with pytest.raises(links.BadLink):
        links.registration_of(token)
    assert not Diagnostic.objects.filter(public_id=public_id).exists()
    assert not Diagnostic.objects.filter(code_digest=digest).exists()


def test_shop_to_which_others_belong_stays_theirs(life, zenobie, bob, commerce):
    shop = Business.objects.get(name=canary.SHOP["name"])
    joined = bring(user=bob, role="helper", shop=as_told(programme=commerce, **canary.SHOP)).membership
    assert Whose.of_login(zenobie).shops == (shop,)  # who only asks keeps nothing
    approve(membership=joined, by=zenobie)
    erasing.erase_login(user=zenobie, language="en")
    shop.refresh_from_db()
    assert shop.name == canary.SHOP["name"]
    assert [*Business.objects.of(bob)] == [shop]


def test_what_belongs_to_others_stays(life, zenobie, alice, commerce, namur):
    other = make_session(commerce, cities=[namur])
    beside = registering.register(
        session=other, person=make_person("Zénobie", email="z@elsewhere.example", user=alice), language="fr"
    )
    mails = Mail.objects.filter(to="z@elsewhere.example").count()
    erasing.erase_login(user=zenobie, language="en")
    beside.refresh_from_db()
    assert (beside.person.name, beside.state) == ("Zénobie", "held")
    assert Mail.objects.filter(to="z@elsewhere.example").count() == mails == 1


def test_address_that_another_person_has_too_keeps_its_mails(commerce, namur, zenobie):
    session = make_session(commerce, cities=[namur])
    mine = make_person("Zénobie", email="info@couple.example", user=zenobie)
    theirs = make_person("Marc", email="info@couple.example")
    for person in (mine, theirs):
        registering.register(session=session, person=person, language="fr", is_confirmed=True)
    erasing.erase_login(user=zenobie, language="en")
    about = {mail.ids.get("registration") for mail in Mail.objects.filter(to="info@couple.example")}
    assert about == {Registration.objects.get(person=theirs).pk, None}  # his, and the last one to her


def test_helper_is_forgotten_where_somebody_else_brought_them_along(life, zenobie, bob, commerce):
    membership = bring(user=bob, person_name=canary.HELPER, shop=as_told(programme=commerce, **canary.SHOP)).membership
    approve(membership=membership, by=zenobie)
    erasing.erase_login(user=bob, language="en")
    was = Registration.objects.get(pk=life[0].pk)
    assert (was.helper_name, was.seats, was.person.name) == ("", 2, canary.NAME)
    assert [certificate.is_helper for certificate in was.certificates.all()] == [False]


@pytest.mark.parametrize(("at_seat", "on_slip"), [(canary.HELPER, "Ulrich F."), ("", "ULRICH FRINGILLA")])
def test_helper_leaves_neither_phone_nor_call_where_they_signed(life, zenobie, bob, commerce, at_seat, on_slip):
    membership = bring(user=bob, person_name=canary.HELPER, shop=as_told(programme=commerce, **canary.SHOP)).membership
    approve(membership=membership, by=zenobie)
    slip = Slip.objects.get(registration=life[0], is_helper=True)
    Registration.objects.filter(pk=life[0].pk).update(helper_name=at_seat)
    Slip.objects.filter(pk=slip.pk).update(name=on_slip)
    Note.objects.update(text=f"Rappeler le {slip.phone.replace(' ', '')}")
    others = Call.objects.exclude(key__startswith=f"slip/{slip.pk}/").count()
    erasing.erase_login(user=bob, language="en")
    slip.refresh_from_db()
    assert (slip.name, slip.phone, slip.contact_agreed_at, slip.wants_call) == ("", "", None, True)
    assert Call.objects.count() == others > 0
    assert Note.objects.get().text == "Rappeler le …"
    assert Slip.objects.get(person__name=canary.NAME).phone == canary.PHONE


def test_staff_keep_the_log_of_what_they_did_and_lose_their_role_first(dana, signed_in):
    with pytest.raises(WorksHere):
        erasing.erase_login(user=dana, language="en")
    assert signed_in(dana).post(reverse("portal:erase_me_now"), SURE).url == reverse("portal:erase_me")
    assert User.objects.filter(pk=dana.pk).exists()


def test_who_was_staff_leaves_the_log_without_a_name(life, dana):
    User.objects.filter(pk=dana.pk).update(is_staff=False)
    dana.refresh_from_db()
    entries = LogEntry.objects.count()
    erasing.erase_login(user=dana, language="en")
    kept = User.objects.get(pk=dana.pk)
    assert (kept.name, kept.is_active, kept.email.endswith("@erased.invalid")) == ("", False, True)
    assert LogEntry.objects.filter(user=kept).count() == entries > 0


def test_log_keeps_what_is_about_others_even_where_a_name_is_short(dana, commerce):
    user = User.objects.create_user("an@x.example", name="An")
    LogEntry.objects.log_actions(dana.pk, [dana], 2, change_message="Changed plan.", single_object=True)
    LogEntry.objects.log_actions(dana.pk, [dana], 2, change_message="Called An.", single_object=True)
    erasing.erase_login(user=user, language="en")
    assert [*LogEntry.objects.order_by("pk").values_list("change_message", flat=True)] == [
        "Changed plan.",
        "Called ….",
    ]


def test_orders_under_way_end_without_a_file(life, zenobie):
    Job.objects.update(state="running", file=None, finished_at=None, lease_until=timezone.now())
    erasing.erase_login(user=zenobie, language="en")
    assert not Job.objects.exists()


# Without a login


def test_link_erases_who_registered_without_a_login(commerce, namur, smtp, rf):
    session = make_session(commerce, cities=[namur], starts=[timezone.now() + timedelta(days=9)])
    registration = canary.of_nobody(session)
    canary.code_asked(rf)
    token = links.token_of(registration)
    assert canary.NAME in Client().get(reverse("portal:erase_by_link", args=[token])).content.decode()
    answer = Client().post(reverse("portal:erase_by_link_now", args=[token]), SURE)
    assert answer.url == reverse("portal:erased")
    deliver()
    assert canary.hits() == set()
    assert smtp.recipients == [[canary.ADDRESS]]
    assert Client().get(reverse("portal:erase_by_link", args=[token])).status_code == 404


def test_link_does_not_erase_who_has_a_login(life):
    token = links.token_of(life[0])
    for name in ("erase_by_link", "erase_by_link_now"):
        assert Client().get(reverse(f"portal:{name}", args=[token])).status_code == 404
    assert Client().post(reverse("portal:erase_by_link_now", args=[token]), SURE).status_code == 404
    assert Person.objects.filter(name=canary.NAME).exists()


# The pages


def test_first_page_says_what_goes_and_what_stays(life, zenobie, signed_in):
    page = signed_in(zenobie).get(reverse("portal:erase_me")).content.decode()
    said = (canary.ADDRESS, canary.NAME, canary.SHOP["name"], life[1].session.title, "present at one session")
    assert [words for words in said if words not in page] == []


@pytest.mark.parametrize("word", ["", "yes", "erased", "no"])
def test_nothing_is_erased_without_the_word(life, zenobie, signed_in, word):
    answer = signed_in(zenobie).post(reverse("portal:erase_me_now"), {"word": word})
    assert answer.status_code == 422
    assert User.objects.filter(pk=zenobie.pk).exists()


@pytest.mark.parametrize("word", ["erase", " Erase ", "“ERASE”"])
def test_word_may_be_typed_as_phones_type_it(life, zenobie, signed_in, word):
    assert signed_in(zenobie).post(reverse("portal:erase_me_now"), {"word": word}).status_code == 302
    assert Membership.objects.filter(person__user=zenobie.pk).count() == 0


def test_looking_changes_nothing(life, zenobie, signed_in):
    browser = signed_in(zenobie)
    for name in ("erase_me", "erase_me_now"):
        assert browser.get(reverse(f"portal:{name}")).status_code == 200
    assert User.objects.filter(pk=zenobie.pk).exists()
