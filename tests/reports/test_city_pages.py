"""What an official does with the own city: share its sessions, print posters, see which shops came through it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

import trainings.tasks  # noqa: F401  registers its makers
from outbox import tasks
from outbox.mail import render
from outbox.models import Job, Mail
from programmes import entrusting, mobilising
from programmes.models import City, Mobilisation
from tests import pdfs
from tests.trainings.sessions import make_session, make_shop, register
from trainings import forgetting, posters, registering
from trainings.models import Registration, Session

TITLE = {"fr": "Votre fiche sur la carte", "en": "Your shop on the map"}
TYPED = {"name": "Zoé", "shop": "Fleurs", "postal_code": "5000", "email": "", "phone": "081 22 33 44"}


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def dinant(commerce):
    return City.objects.get(programme=commerce, code="91034")


@pytest.fixture
def session(commerce, namur):
    """One in Namur, which organises together with Commerce connecté, in nine days."""
    cache.clear()
    return make_session(commerce, cities=[namur], starts=[timezone.now() + timedelta(days=9)], titles=TITLE)


@pytest.fixture
def official(commerce, namur, signed_in):
    """The browser of Omar, who speaks for Namur."""
    return signed_in(entrusting.entrust(email="omar@namur.example", city=namur, by=None).user)


def page_of(name, *args, city="92094", **query):
    address = reverse(f"reports:{name}", args=["commerce-connecte", city, *args])
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else address


def channel_in(session, city):
    return mobilising.own_channel(campaign=session.campaign, city=city, by=None)


# Sharing


def test_session_of_two_cities_is_shared_by_each_with_its_own_code(commerce, namur, dinant, official):
    both = make_session(commerce, cities=[namur, dinant], starts=[timezone.now() + timedelta(days=9)])
    entrusting.entrust(email="omar@namur.example", city=dinant, by=None)
    page = official.get("/reports/commerce-connecte/").text
    assert [f"/s/{both.uid.hex[:8]}/{code}/" in page for code in ("92094", "91034")] == [True, True]
    assert "near=Namur&amp;via=92094" in page


def test_address_from_a_poster_is_counted_through_the_city_from_the_first_who_comes(session, official, namur, client):
    official.get(page_of("share"))
    at_session = client.get(f"/s/{session.uid.hex[:8].upper()}/92094/")
    assert at_session.url == f"{reverse('trainings:session', args=[session.uid])}?via=92094"
    assert not Mobilisation.objects.exists()
    for name in ("Zoé", "Yann"):
        client.post(f"{reverse('trainings:register', args=[session.uid])}?via=92094", TYPED | {"name": name})
    assert {*Registration.objects.values_list("via__city__code", "via__kind")} == {("92094", "poster")}
    assert Mobilisation.objects.get().campaign == session.campaign


def test_short_address_of_nothing_or_of_a_draft_is_not_found(session, client):
    assert client.get("/s/00000000/92094/").status_code == 404
    Session.objects.update(state=Session.State.DRAFT)
    assert client.get(f"/s/{session.uid.hex[:8]}/92094/").status_code == 404


def test_code_goes_along_from_the_list_to_the_form(session, client):
    pages = ["/trainings/commerce-connecte/sessions/", reverse("trainings:session", args=[session.uid])]
    listed, shown = (client.get(page, {"via": "92094"}).text for page in pages)
    assert f'href="{pages[1]}?via=92094"' in listed
    assert 'name="via" value="92094"' in listed
    assert f'href="{pages[0]}?via=92094"' in shown
    assert f'href="{reverse("trainings:register", args=[session.uid])}?via=92094"' in shown


def test_home_of_an_official_asks_as_often_for_three_sessions_as_for_one(
    session, official, commerce, namur, django_assert_num_queries
):
    home = "/reports/commerce-connecte/"
    official.get(home)
    for more in (0, 2):
        for _session in range(more):
            make_session(commerce, cities=[namur], starts=[timezone.now() + timedelta(days=12)])
        with django_assert_num_queries(24):
            page = official.get(home).text
        assert page.count("Address to share") == 1 + more


# Posters


def poster(client, **query):
    """Asked for, made, and taken from its page."""
    client.post(page_of("poster", **query))
    tasks.run(Job.objects.filter(kind=posters.KIND).latest("pk").pk)
    return b"".join(client.get(page_of("poster_file", **query)))


def links(content):
    """Where the words and codes of a page lead."""
    [page] = pdfs.reader(content).pages
    found = (each.get_object().get("/A", {}).get("/URI", "") for each in page.get("/Annots", []))
    return {each for each in found if each.startswith("http")}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_poster_of_a_session_is_one_page_with_the_code_of_the_city(session, official, language, tmp_path):
    content = poster(official, session=session.uid, language=language)
    assert TITLE[language] in pdfs.text(content)
    assert links(content) == {posters.address_of(session, City.objects.get(code="92094"))}
    assert pdfs.complaints(content, tmp_path) == []


def test_poster_of_long_words_is_still_one_page(session, official, namur, tmp_path):
    session.titles, session.venue = {"fr": "Le numérique " * 11}, "Maison de l’Entreprise " * 6
    session.save(update_fields=["titles", "venue"])
    content = poster(official, session=session.uid, language="fr")
    assert len(links(content)) == 1
    assert pdfs.complaints(content, tmp_path) == []


def test_poster_of_a_city_has_its_next_sessions_each_with_its_code(session, official, commerce, namur, tmp_path):
    for days in (10, 11, 12, 13):
        make_session(commerce, cities=[namur], starts=[timezone.now() + timedelta(days=days)], venue=f"Day {days}")
    content = poster(official)
    told = pdfs.text(content)
    assert [f"Day {days}" in told for days in (10, 12, 13)] == [True, True, False]
    assert len(links(content)) == posters.MOST
    assert pdfs.complaints(content, tmp_path) == []


def test_looking_makes_no_poster_and_printing_is_no_action(session, official):
    page = official.get(page_of("poster"))
    assert (page.status_code, "Make the document" in page.text) == (200, True)
    assert official.get(page_of("poster_file")).status_code == 404
    assert not Job.objects.filter(kind=posters.KIND).exists()
    poster(official)
    assert not Mobilisation.objects.exists()


def test_poster_asked_twice_is_one_until_the_session_moves(session, official):
    for _click in range(2):
        official.post(page_of("poster"))
    assert Job.objects.filter(kind=posters.KIND).count() == 1
    session.venue = "Palais des Congrès"
    session.save(update_fields=["venue"])
    official.post(page_of("poster"))
    assert Job.objects.filter(kind=posters.KIND).count() == 2


@pytest.mark.parametrize("query", [{"session": "x"}, {"language": "nl"}, {"session": "", "language": "xx"}])
def test_poster_of_nothing_is_not_found(session, official, query):
    assert official.post(page_of("poster", **query)).status_code == 404


def test_city_without_sessions_has_nothing_to_print(official):
    assert official.get(page_of("poster")).status_code == 404
    assert "No session of your city is announced" in official.get(page_of("share")).text


def test_city_has_one_code_in_a_campaign_however_many_ask_at_once(transactional_db, commerce, namur):
    campaign, ready = commerce.campaigns.get(code="campaign-2016"), Barrier(4)

    def ask(_number):
        try:
            connection.ensure_connection()
            ready.wait()
            return mobilising.own_channel(campaign=campaign, city=namur, by=None).code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert Mobilisation.objects.count() == 1


# Names of shops


def told_of(session, city, name="Fleurs", *, is_told=True, **fields):
    """A shop that registered through the city."""
    at = timezone.now() if is_told else None
    shop = make_shop(session, name)
    return register(
        session, via=channel_in(session, city), names_told_at=at, business=shop, at=timezone.now(), **fields
    )


def test_official_sees_the_names_of_shops_that_were_told(session, official, namur, dinant):
    told_of(session, namur, "Fleurs Dupont")
    told_of(session, namur, "Pain d’Or", is_told=False)
    told_of(session, namur, "Modes Zoé", is_confirmed=False)
    told_of(session, dinant, "Couques")
    told_of(session, namur, "")
    register(session, business=make_shop(session, "Quincaillerie"), at=timezone.now())
    page = official.get(page_of("shop_names"))
    assert [row.business.name for row in page.context["page"]] == ["Fleurs Dupont"]


def test_city_that_does_not_organise_with_us_sees_no_names(session, official, namur):
    told_of(session, namur)
    City.objects.filter(pk=namur.pk).update(is_joint_organiser=False)
    pages = [page_of("shop_names"), page_of("shop_names_file", "csv"), page_of("shop_names_file", "xlsx")]
    assert [official.get(page).status_code for page in pages] == [404, 404, 404]
    assert "shops/" not in official.get("/reports/commerce-connecte/").text
    assert not Registration.objects.told_of(City.objects.get(pk=namur.pk)).exists()


def test_official_of_another_city_the_ministry_and_staff_see_no_names(
    session, ministry, staff, signed_in, dinant, namur
):
    told_of(session, namur)
    odile = signed_in(entrusting.entrust(email="odile@dinant.example", city=dinant, by=None).user)
    pages = [page_of("shop_names"), page_of("shop_names_file", "csv")]
    assert [client.get(page).status_code for client in (odile, ministry, staff) for page in pages] == [404] * 6


def test_official_who_was_relieved_sees_no_names(session, official, namur):
    told_of(session, namur)
    entrusting.relieve(official=namur.officials.get(), by=None)
    assert official.get(page_of("shop_names")).status_code == 403


def test_shop_that_is_moved_to_another_session_stays_told(session, official, commerce, namur, dana):
    other = make_session(commerce, cities=[namur], starts=[timezone.now() + timedelta(days=20)])
    registering.move(registration=told_of(session, namur), to=other, by=dana)
    assert [row.session for row in official.get(page_of("shop_names")).context["page"]] == [other]


def test_shop_that_is_moved_to_a_session_without_the_city_is_named_to_it_no_more(
    session, official, namur, dinant, dana
):
    other = make_session(session.programme, cities=[dinant], starts=[timezone.now() + timedelta(days=20)])
    moved = registering.move(registration=told_of(session, namur), to=other, by=dana)
    assert [*official.get(page_of("shop_names")).context["page"]] == []
    assert (moved.names_told_at is None, moved.told_city) == (False, None)


def test_shop_of_who_asked_to_be_forgotten_is_not_named(session, official, namur):
    forgetting.blank([told_of(session, namur).pk])
    assert [*official.get(page_of("shop_names")).context["page"]] == []


def test_files_hold_the_same_and_nothing_that_a_spreadsheet_would_reckon(session, official, namur):
    told_of(session, namur, "=1+1")
    text = official.get(page_of("shop_names_file", "csv")).getvalue().decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["Shop", "'=1+1"]
    sheet = load_workbook(BytesIO(official.get(page_of("shop_names_file", "xlsx")).content)).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    assert official.get(page_of("shop_names_file", "pdf")).status_code == 404


@pytest.mark.parametrize("shops", [1, 3])
def test_list_of_shops_asks_as_often_for_three_as_for_one(session, official, namur, shops, django_assert_num_queries):
    for number in range(shops):
        told_of(session, namur, f"Fleurs {number}")
    with django_assert_num_queries(7):
        official.get(page_of("shop_names"))


# Being told


def address_through(session, city):
    return f"{reverse('trainings:register', args=[session.uid])}?via={channel_in(session, city).code}"


def test_form_and_mail_say_that_the_city_sees_the_name_of_the_shop(session, namur, client):
    address = address_through(session, namur)
    assert "Namur, which organises this with us" in client.get(address).text
    client.post(address, TYPED | {"told": namur.code, "email": "zoe@shop.example"})
    registration = Registration.objects.get()
    assert timezone.now() - registration.names_told_at < timedelta(minutes=1)
    mail = render(Mail.objects.get(to="zoe@shop.example"), {}).body
    assert "Namur, which organises this with us" in " ".join(mail.split())


@pytest.mark.parametrize("told", [{}, {"told": "91034"}, {"told": ""}])
def test_who_was_not_told_is_not_named(session, namur, client, told):
    client.post(address_through(session, namur), TYPED | told)
    registration = Registration.objects.get()
    assert (registration.via.city, registration.names_told_at) == (namur, None)


def test_form_of_a_city_that_does_not_organise_says_nothing_of_it(session, dinant, client):
    session.cities.add(dinant)
    address = address_through(session, dinant)
    assert "which organises this with us" not in client.get(address).text
    client.post(address, TYPED | {"told": dinant.code})
    assert Registration.objects.get().names_told_at is None


def test_code_of_a_city_that_has_no_part_in_the_session_tells_it_nothing(session, namur, dinant, commerce, client):
    elsewhere = make_session(commerce, cities=[dinant], starts=[timezone.now() + timedelta(days=9)])
    letter = mobilising.mobilise(
        campaign=elsewhere.campaign, city=namur, kind="letter", on=timezone.localdate(), by=None
    )
    for code in (letter.code, namur.code):
        address = f"{reverse('trainings:register', args=[elsewhere.uid])}?via={code}"
        assert "which organises this with us" not in client.get(address).text
        client.post(address, TYPED | {"told": namur.code, "name": f"Zoé {code}"})
    assert {*Registration.objects.values_list("names_told_at")} == {(None,)}


def test_whom_staff_register_was_told_by_nobody(session, staff, namur):
    address = address_through(session, namur)
    assert "which organises this with us" not in staff.get(address).text
    staff.post(address, TYPED | {"told": namur.code})
    assert Registration.objects.get().names_told_at is None
