"""How mails are written."""

from html.parser import HTMLParser

import pytest
from django.db import connection
from django.template.loader import get_template
from django.utils import timezone, translation

from outbox.mail import CONTEXTS, queue, title_of
from tests.conftest import user
from tests.trainings.evenings import brussels, fill, make_evening, make_person, seat
from tests.trainings.telling.mails import DAY, registration_token, sent, templates, text
from trainings import moments, telling
from trainings.expecting import outlook_of
from trainings.models import Attendance, Session

pytestmark = pytest.mark.django_db


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def test_name_is_text_in_the_html(evening, smtp):
    seat(evening, make_person('<img src=x> "Zoé" \u202e'))
    message = sent(smtp, telling.REGISTERED)
    page = Text()
    page.feed(message.get_body(("html",)).get_content())

    assert "img" not in page.tags
    assert any('For <img src=x> "Zoé"' in words for words in page.words)
    assert 'For <img src=x> "Zoé"' in text(message)


def test_link_is_not_stored(evening, smtp):
    seat(evening, is_confirmed=False)
    token = registration_token(sent(smtp, telling.CONFIRM))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(m)::text FROM outbox_mail m")
        stored = str(cursor.fetchall())

    assert token not in stored


def test_mail_is_in_the_language_of_the_person(evening, smtp):
    seat(evening, language="fr")

    with translation.override("fr"):
        day = moments.day(evening.starts_at)
    assert day in text(sent(smtp, telling.REGISTERED))


def test_every_mail_has_its_label_its_letter_and_its_templates():
    for template in telling.LABELS:
        assert template in CONTEXTS
        assert title_of(template) == telling.LABELS[template]
        for ending in (".subject.txt", ".txt", ".html"):
            get_template(template + ending)


def test_mails_of_one_registration_are_not_those_of_another(evening):
    registration = seat(evening)
    queue(template=telling.AFTER, to="x@y.be", language="fr", ids={}, key=f"registration/{registration.pk}0/after")

    assert templates(registration) == ["registered"]
    assert list(telling.mails_of()) == []


def test_clock_names_the_zone_only_in_the_hour_that_comes_twice():
    assert moments.clock(brussels(2026, 10, 25, 2, 30)) == "02:30 CEST"
    assert moments.clock(brussels(2026, 10, 25, 2, 30, fold=1)) == "02:30 CET"
    assert moments.clock(brussels(2026, 10, 25, 3, 30)) == "03:30"
    assert moments.clock(brussels(2026, 3, 29, 3, 0)) == "03:00"


def test_first_of_a_month_is_written_as_the_language_does():
    with translation.override("en"):
        assert moments.day(brussels(2027, 1, 1, 12)) == "Friday 1 January 2027"


def test_expected_is_seats_times_the_share_who_came(namur, photos):
    held = make_evening(namur, photos, starts=[timezone.now() - DAY], capacity=20)
    coming = make_evening(namur, photos, capacity=16)
    before = fill(held, 20, channel="import", by=user("staff@p.example", "programme-staff", is_staff=True))
    Session.objects.filter(pk=held.pk).update(state="held")
    for registration in before[:15]:
        Attendance.objects.create(registration=registration, date=held.dates.get(), is_present=True)
    seat(coming, with_helper=True)

    seen = outlook_of(coming)
    assert (seen.rate, seen.expected) == (0.75, 2)


@pytest.mark.parametrize("seats", [3, 8])
def test_letter_to_staff_says_how_many_and_leads_to_the_page(namur, photos, dana, smtp, seats):
    evening = make_evening(namur, photos, minimum=8, starts=[timezone.now() + 5 * DAY])
    fill(evening, 3)
    telling.warn_of_few()
    Session.objects.update(seats_taken=seats)
    message = sent(smtp, telling.FEW)

    assert (message is None) == (seats == 8)
    if message:
        assert f"/admin/trainings/session/{evening.pk}/change/" in text(message)
