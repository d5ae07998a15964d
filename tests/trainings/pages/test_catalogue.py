"""Finding a session: the catalogue, the page of a topic, and what is proposed beside a result."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from programmes.models import City
from tests.trainings.evenings import make_evening, seat
from tests.trainings.pages.browsing import SOON, heading, listed, sessions_url, words
from trainings import finding, interests
from trainings.models import Interest

# The catalogue


def test_catalogue_lists_what_is_to_come(client, programme, namur, photos):
    later = make_evening(namur, photos, starts=[timezone.now() + timedelta(days=20)])
    closed = make_evening(namur, photos, state="closed", starts=[timezone.now() + timedelta(days=12)])
    soon = make_evening(namur, photos)
    make_evening(namur, photos, state="draft")
    make_evening(namur, photos, state="cancelled", cancelled_at=timezone.now())
    make_evening(namur, photos, starts=[timezone.now() - SOON])
    response = client.get(sessions_url(programme))
    assert listed(response) == [soon, closed, later]
    assert "registration is closed" in words(response)


def test_each_filter_narrows(client, programme, namur, liege, photos, payments):
    far = timezone.now() + timedelta(days=40)
    here = make_evening(namur, photos)
    there = make_evening(liege, payments, kind="workshop", languages=["fr", "nl"], starts=[far])
    full = make_evening(namur, capacity=1, starts=[timezone.now() + timedelta(days=11)])
    seat(full)
    found = {
        "topic=payments": [there],
        "near=Namur&within=20": [here, full],
        "kind=workshop": [there],
        "language=nl": [],
        "free=on": [here, there],
        f"first={timezone.localdate(far)}": [there],
        f"last={timezone.localdate(far) - timedelta(days=1)}": [here, full],
        "topic=photos&near=4000&within=50": [],
    }
    programme.languages = ["fr", "nl"]
    programme.save(update_fields=["languages"])
    found["language=nl"] = [there]
    assert {query: listed(client.get(f"{sessions_url(programme)}?{query}")) for query in found} == found


def test_nearest_come_first_with_their_distance_and_online_ones_stay(client, programme, namur, liege, photos):
    online = make_evening(namur, photos, kind="webinar", venue="", address="")
    far = make_evening(liege, photos)
    near = make_evening(namur, photos, starts=[timezone.now() + timedelta(days=30)])
    response = client.get(sessions_url(programme, near="5000"))
    assert listed(response) == [near, far, online]
    assert "about 53 km away" in words(response)
    assert listed(client.get(sessions_url(programme, near="5000", within=20))) == [near, online]


def test_without_positions_the_province_says_what_is_near(programme, namur, liege):
    City.objects.update(latitude=None, longitude=None)
    near, far = make_evening(namur), make_evening(liege)
    other = City.objects.create(
        programme=programme, code="92142", names={"fr": "Gembloux"}, postal_codes=["5030"], province="namur"
    )
    found = finding.sessions_to_come(programme, finding.Wanted(near=other))
    assert [*found] == [near, far]


def test_unknown_place_is_said_and_the_other_filters_hold(client, programme, namur, photos, payments):
    make_evening(namur, payments)
    mine = make_evening(namur, photos)
    response = client.get(sessions_url(programme, near="Atlantis", topic="photos"))
    assert listed(response) == [mine]
    assert "No municipality of the programme is called so." in words(response)
    assert 'value="Atlantis"' in words(response)


def test_pages_keep_the_filters(client, programme, namur, photos):
    for day in range(21):
        make_evening(namur, photos, starts=[timezone.now() + timedelta(days=1 + day)])
    first = client.get(sessions_url(programme, topic="photos"))
    assert len(listed(first)) == 20
    assert f'href="{sessions_url(programme, topic="photos", page=2)}"'.replace("&", "&amp;") in words(first)
    assert len(listed(client.get(sessions_url(programme, topic="photos", page=2)))) == 1


def test_nothing_planned_says_what_to_do(client, programme, photos):
    assert "The next sessions will stand here." in words(client.get(sessions_url(programme)))
    narrowed = words(client.get(sessions_url(programme, topic="photos")))
    assert "No session fits all of that." in narrowed
    assert reverse("trainings:topic", args=[programme.code, "photos"]) + "#tell-me" in narrowed


def test_filter_by_htmx_sends_the_list_alone(client, programme, evening):
    response = client.get(sessions_url(programme), headers={"HX-Request": "true"})
    assert "<html" not in words(response)
    assert evening.title in words(response)
    assert "HX-Request" in response["Vary"]


def test_catalogue_is_the_same_few_queries_for_one_session_and_three(
    client, programme, namur, photos, django_assert_num_queries
):
    for _ in range(2):
        make_evening(namur, photos)
        with django_assert_num_queries(7):
            client.get(sessions_url(programme, near="Namur"))
        make_evening(namur, photos)


# A topic


def test_topic_says_when_it_is_held_and_what_it_costs(client, programme, evening, photos):
    photos.data |= {"promise": {"fr": "Ils voient."}, "alone": {"fr": "Essayez."}, "contents": {"fr": ["La lumière"]}}
    photos.save(update_fields=["data"])
    photos.modules.create(
        programme=programme, provider="Agence", price="180.00", approval="approved", approval_number="A-1"
    )
    response = client.get(reverse("trainings:topic", args=[programme.code, "photos"]))
    assert listed(response) == [evening]
    for part in (
        "Ils voient.",
        "Essayez.",
        "La lumière",
        "€180",
        "A training voucher pays 50% of it.",
        "pays nothing.",
    ):
        assert part in words(response)


def test_topics_are_listed_with_the_dates_planned(client, programme, evening, payments):
    response = client.get(reverse("trainings:topics", args=[programme.code]))
    assert [(topic.code, planned) for topic, planned in response.context["topics"]] == [("photos", 1), ("payments", 0)]


def test_tell_me_asks_a_visitor_to_confirm_by_mail(client, programme, namur, photos):
    url = reverse("trainings:topic", args=[programme.code, "photos"])
    assert client.post(url, {"place": "Atlantis", "email": "zoe@fleurs.example"}).status_code == 422
    response = client.post(url, {"place": "Namur", "email": "zoe@fleurs.example"}, follow=True)
    assert "We have sent you a mail" in words(response)
    assert [(one.city, one.email) for one in Interest.objects.pending()] == [(namur, "zoe@fleurs.example")]


def test_tell_me_is_noted_at_once_for_who_is_signed_in(hers, alice, programme, namur, photos):
    hers.post(reverse("trainings:topic", args=[programme.code, "photos"]), {"place": "5000"})
    assert [one.user for one in Interest.objects.standing()] == [alice]


# Beside a result


def test_next_sessions_nearby_are_proposed_on_each_topic(programme, namur, liege, photos, payments):
    near, nearer = [make_evening(namur, photos, starts=[timezone.now() + days * SOON]) for days in (5, 4)]
    make_evening(namur, photos, starts=[timezone.now() + 6 * SOON])
    make_evening(liege, payments)  # too far away
    seat(make_evening(namur, payments, capacity=1))  # full
    make_evening(namur, payments, opens_at=timezone.now() + SOON)  # not open yet
    found = finding.next_on_each(programme, ["photos", "payments"], namur, 2)
    assert dict(found) == {"photos": [nearer, near]}


def test_place_is_remembered_of_the_diagnostic(client, namur):
    request = client.get("/").wsgi_request
    finding.remember_place(request, namur)
    assert finding.place_of(request) == {"name": "Namur", "postal_code": "5000"}
    request.session.flush()
    assert finding.place_of(request) == {}


def test_interest_page_is_where_it_was(client, photos, namur):
    one = interests.ask(topic=photos, city=namur, language="en", email="zoe@fleurs.example")
    url = reverse("trainings:interest_confirm", args=[interests.link_token(one)])
    assert heading(client.get(url)) == "Shall we tell you when a session opens?"
