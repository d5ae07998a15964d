"""However many nights forget, no figure moves."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

import portal.tasks  # noqa: F401  the contexts of its mails
from accounts.models import User
from businesses.forgetting import known_persons, known_shops
from businesses.models import Business, Membership
from diagnostics.models import Diagnostic
from outbox.bell import bell
from portal.privacy import purging
from programmes.models import Campaign, Programme
from surveys.models import Slip
from tests.portal.demo_activity import AT, load_in_one_go
from tests.portal.privacy.figuring import every_figure
from tests.programmes.makers import make_campaign
from tests.trainings.sessions import make_person, make_session, make_training
from trainings import attending, interests, registering, scheduling
from trainings.models import Interest, Registration, Topic

NOW = datetime(2036, 6, 1, 12, tzinfo=UTC)
THREE_YEARS_AGO, LAST_YEAR = NOW.replace(year=2033), NOW.replace(year=2035)


@pytest.mark.django_db
def test_nights_change_no_figure(commerce, returning):
    """From the first night on which something is old until all is forgotten: of the whole and of each campaign."""
    before = every_figure(commerce, NOW)
    funnel = ("slips-wanting", "slips-booked", "slips-attended", "slips-better")
    assert [before[code, None].value for code in funnel] == [1, 1, 1, 1]
    assert [before[code, None].n for code in ("people", "shops", "participants", "diagnostics-completed")] == [
        1,
        1,
        2,
        2,
    ]
    for year in range(2036, 2048, 3):
        assert None not in purging.purge(at=NOW.replace(year=year)).values()
        assert every_figure(commerce, NOW) == before
    assert (known_persons().count(), known_shops().count()) == (0, 0)
    assert Slip.objects.exclude(name="").count() == 0


@pytest.fixture
def returning(commerce, completed, namur):
    """Zoé came in 2030 and signed a slip between two self-diagnostics; in 2035 she came to a training."""
    Programme.objects.filter(pk=commerce.pk).update(prices={})
    at = datetime(2030, 5, 1, 18, tzinfo=UTC)
    shop = Business.objects.create(programme=commerce, name="Fleurs", recorded_at=at)
    person = make_person("Zoé", recorded_at=at)
    Membership.objects.create(person=person, business=shop, state="approved", asked_at=at, decided_at=at)
    then, later = (make_campaign(commerce, year) for year in (2030, 2035))
    first = present_in(make_session(commerce, campaign=then, starts=[at], cities=[namur]), person, shop)
    five_years_on = at.replace(year=2035)
    present_in(make_training(commerce, campaign=later, starts=[five_years_on], cities=[namur]), person, shop)
    Slip.objects.create(
        registration=first, person=person, name="Zoé", language="fr", wants_small_group=True, signed_at=at
    )
    Diagnostic.objects.update(
        campaign=then, person=person, business=shop, score=20, completed_at=at - timedelta(days=9), changed_at=at
    )
    again = Diagnostic.objects.get()
    again.pk, again.public_id, again.code_digest, again.score = None, uuid4(), "f" * 64, 60
    again.completed_at = at + timedelta(days=9)
    again.save()
    Diagnostic.objects.update(started_at=at, changed_at=at + timedelta(days=9))
    Registration.objects.update(recorded_at=at)


def present_in(session, person, shop):
    starts = session.starts_at
    row = registering.register(
        session=session, person=person, business=shop, language="fr", is_confirmed=True, at=starts - timedelta(days=9)
    )
    attending.mark(registration=row, date=session.dates.get(), is_present=True, key=uuid4(), at=starts)
    scheduling.hold(session=session, by=None, at=starts + timedelta(hours=5))
    return row


@pytest.mark.django_db
def test_wishes_of_long_ago_count_on_the_days_when_they_stood(commerce, namur):
    topic = Topic.objects.filter(programme=commerce).first()
    interests.ask(
        topic=topic, city=namur, language="fr", user=User.objects.create_user("z@x.example"), at=THREE_YEARS_AGO
    )
    assert purging.purge(at=NOW)["interest"] == 1
    counted = {at: every_figure(commerce, at)["interests", None].n for at in (LAST_YEAR, NOW)}
    assert counted == {LAST_YEAR: 1, NOW: 0}
    assert not Interest.objects.standing().exists()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_night_over_the_demo_changes_no_figure(monkeypatch):
    """The people of 2016 and 2017 are long forgotten by then; what was published still adds up."""
    monkeypatch.setattr(bell, "silent_until", float("inf"))
    load_in_one_go()
    campaign = Campaign.objects.get(code="campaign-2016")
    then = datetime(2016, 10, 4, 12, tzinfo=UTC)
    before, published = (every_figure(campaign.programme, at) for at in (AT, then))
    taken = purging.purge(at=AT + timedelta(days=1))
    assert min(taken[rule] for rule in ("person", "shop", "words-on-a-slip", "way-to-a-result")) > 50
    assert [every_figure(campaign.programme, at) for at in (AT, then)] == [before, published]
    told = ("participants", "shops", "usefulness", "tools", "training")
    assert [_number(published[code, campaign.pk]) for code in told] == [429, 325, 356, 240, 200]
    funnel = ("slips-wanting", "slips-booked", "slips-attended", "slips-better")
    assert [_number(before[code, campaign.pk]) for code in funnel] == [102, 50, 39, 7]


def _number(value):
    return value.value if value.numerator is None else value.numerator
