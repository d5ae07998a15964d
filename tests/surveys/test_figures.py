"""Every figure against a few sessions counted by hand."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from figures.definition import Filters
from programmes.models import Campaign, City
from surveys import answering, closing, signing
from surveys.figures import FIGURES
from surveys.inviting import heads_of
from tests.surveys.evenings import GIVEN, make_evening
from tests.trainings.sessions import make_training
from trainings.models import Registration, Topic

pytestmark = pytest.mark.usefixtures("in_english")

BY_CODE = {definition.code: definition for definition in FIGURES}
LONG_AGO = timedelta(days=40)


def figure(code, programme, **filters):
    found = BY_CODE[code].compute(Filters(programme.pk, **filters))
    return found.value, found.n


def answer(session, *answers):
    for head, given in zip(heads_of(session), answers, strict=False):
        answering.answer(head=head, given=given)


@pytest.fixture
def evening(commerce):
    """Eight were there, six have answered, two on paper that is typed; closed."""
    session = make_evening(commerce, heads=8, ended=LONG_AGO)
    heads = heads_of(session)
    answer(
        session, GIVEN, {**GIVEN, "useful": "useful", "relevant": 70}, {**GIVEN, "useful": "little", "training": "no"}
    )
    answering.answer(
        head=heads[3], given={"barriers": ["time", "cost"], "training": "yes", "topics": ["photos"], "useful": "so-so"}
    )
    for head in heads[4:6]:
        answering.take_sheet(head=head)
    typed = {"useful": "useful", "tools": ["none-of-these"], "barriers": ["time"], "strategy": "yes", "training": "yes"}
    answering.type_sheets(session=session, sheets=[typed, {"barriers": ["nothing"]}], typed_before=0)
    closing.close_due()
    return session


def test_figures_of_answers_are_what_was_answered(evening, commerce):
    found = {code: figure(code, commerce) for code in BY_CODE if not code.startswith("slips")}
    assert found == {
        "response-rate": (Fraction(6, 8), 8),
        "usefulness": (Fraction(3, 5), 5),
        "relevance": (Fraction(80 + 70 + 80, 300), 3),
        "tools": (Fraction(3, 4), 4),
        "training": (Fraction(4, 5), 5),
        "training-topics": (Fraction(1), 1),
        "strategy": (Fraction(1, 4), 4),
        "barriers": (Fraction(2, 3), 3),
    }


def test_barriers_are_counted_one_by_one(evening, commerce):
    kinds = [code for code, _words in BY_CODE["barriers"].kinds]
    found = {kind: figure("barriers", commerce, kind=kind)[0] for kind in kinds}
    assert found == {kind: {"time": Fraction(2, 3), "cost": Fraction(1, 3)}.get(kind, 0) for kind in kinds}


def test_topics_are_split_by_topic(evening, commerce):
    found = BY_CODE["training-topics"].split(Filters(commerce.pk), "topic")
    assert {code: (value.numerator, value.n) for code, value in found.items()} == {"photos": (1, 1)}


def test_few_answers_are_for_staff_alone(evening, commerce):
    relevance, usefulness = BY_CODE["relevance"], BY_CODE["usefulness"]
    assert relevance.figure(Filters(commerce.pk)).value is None
    assert relevance.figure(Filters(commerce.pk), is_public=False).value == Fraction(230, 300)
    assert usefulness.figure(Filters(commerce.pk)).value == Fraction(3, 5)


def test_question_that_few_answered_is_left_out_for_others_than_staff(evening, commerce):
    assert [figure(code, commerce, least=5)[1] for code in ("relevance", "usefulness")] == [0, 5]
    assert figure("relevance", commerce)[1] == 3


def test_without_anybody_nothing_is_divided_by_nothing(commerce):
    counts = {code for code, one in BY_CODE.items() if one.unit.name == "COUNT"}
    for code in BY_CODE:
        assert figure(code, commerce) == ((0 if code in counts else None), 0)


def test_filters_narrow_to_sessions(evening, commerce):
    session = make_evening(commerce, heads=5, ended=LONG_AGO + timedelta(days=200))
    answer(session, *[{"useful": "not-at-all"}] * 5)
    closing.close_due()
    day = timezone.localdate(evening.starts_at)
    other = City.objects.exclude(pk=evening.host_id).filter(programme=commerce).first()
    assert figure("usefulness", commerce) == (Fraction(3, 10), 10)
    assert figure("usefulness", commerce, since=day, until=day) == (Fraction(3, 5), 5)
    assert figure("usefulness", commerce, as_of=session.ends_at) == (0, 5)
    assert figure("usefulness", commerce, kind="training") == (None, 0)
    assert figure("usefulness", commerce, cities=frozenset({evening.host_id})) == (Fraction(3, 10), 10)
    assert figure("response-rate", commerce, cities=frozenset({other.pk})) == (None, 0)
    months = BY_CODE["usefulness"].split(Filters(commerce.pk), "month")
    assert {month: value.n for month, value in months.items()} == {
        day.replace(day=1): 5,
        timezone.localdate(session.starts_at).replace(day=1): 5,
    }


def test_sessions_with_too_few_answers_count_in_their_campaign_alone(commerce):
    sessions = [make_evening(commerce, heads=4, ended=LONG_AGO) for _number in range(3)]
    for session in sessions:
        answer(session, *[{"useful": "useful"}] * 4)
    today = timezone.localdate()
    running = {"starts_on": today - timedelta(days=300), "ends_on": today}
    Campaign.objects.filter(pk=sessions[0].campaign_id).update(**running)
    closing.close_due()
    assert figure("usefulness", commerce)[1] == figure("usefulness", commerce, campaign=sessions[0].campaign_id)[1] == 5
    assert figure("usefulness", commerce, cities=frozenset({sessions[0].host_id})) == (None, 0)
    narrow = BY_CODE["usefulness"].compute(Filters(commerce.pk, since=timezone.localdate(sessions[0].starts_at)))
    assert (narrow.n, "fewer than five" in str(narrow.note)) == (0, True)


def test_campaigns_asked_otherwise_are_not_comparable(evening, commerce):
    asked = BY_CODE["usefulness"].measured_with(Filters(commerce.pk))
    assert len(asked) == 1
    assert BY_CODE["relevance"].measured_with(Filters(commerce.pk)) != asked


# Slips


def sign(session, place, **said):
    head = heads_of(session)[place]
    return signing.sign(head=head, name=head.name, language="fr", at=timezone.now() - timedelta(days=20), **said)


def test_funnel_goes_from_slips_to_trainings(evening, commerce):
    photos = Topic.objects.get(programme=commerce, code="photos")
    slips = [sign(evening, place, topics=[photos]) for place in range(3)]
    sign(evening, 3, wants_small_group=True)
    sign(evening, 4, wants_call=True)
    training = make_training(commerce, starts=[timezone.now() - timedelta(days=5)])
    for slip, is_present in zip(slips[:2], (True, False), strict=True):
        row = Registration.objects.create(
            session=training,
            person=slip.person,
            state="registered",
            language="fr",
            asked_at=timezone.now() - timedelta(days=10),
            confirmed_at=timezone.now(),
        )
        row.attendances.create(date=training.dates.get(), is_present=is_present)
    assert {
        code: figure(code, commerce) for code in ("slips-wanting", "slips-booked", "slips-attended", "slips-better")
    } == {
        "slips-wanting": (4, 4),
        "slips-booked": (Fraction(2, 4), 4),
        "slips-attended": (Fraction(1, 4), 4),
        "slips-better": (0, 4),
    }
    assert figure("slips-booked", commerce, as_of=timezone.now() - timedelta(days=15)) == (0, 4)


def test_booking_before_the_slip_does_not_count(evening, commerce):
    slip = sign(evening, 0, wants_small_group=True)
    training = make_training(commerce, starts=[timezone.now() + timedelta(days=5)])
    before = slip.signed_at - timedelta(days=1)
    Registration.objects.create(
        session=training, person=slip.person, state="registered", language="fr", asked_at=before, confirmed_at=before
    )
    assert figure("slips-booked", commerce) == (0, 1)


def test_better_self_diagnostic_is_one_after_the_slip_with_more_points(evening, commerce, completed):
    slip = sign(evening, 0, wants_small_group=True)
    later = type(completed).objects.get(pk=completed.pk)
    later.pk, later.public_id, later.code_digest = None, "00000000-0000-4000-8000-000000000001", "x" * 64
    later.person, later.score = slip.person, 50
    later.started_at = later.completed_at = timezone.now()
    later.save(force_insert=True)
    assert figure("slips-better", commerce) == (0, 1)
    completed.person, completed.score = slip.person, 40
    completed.completed_at = slip.signed_at - timedelta(days=1)
    completed.save()
    assert figure("slips-better", commerce) == (1, 1)
    completed.score = 60
    completed.save()
    assert figure("slips-better", commerce) == (0, 1)


def test_why_people_stop_is_counted_by_reason(evening, commerce):
    sign(evening, 0, reason="cost")
    signing.tell(slip=sign(evening, 1, wants_small_group=True, may_contact=True), outcome="not", reason="time")
    assert [figure("slips-declining", commerce, kind=kind)[0] for kind in ("cost", "time", "")] == [1, 0, 1]
    assert [figure("slips-stopped", commerce, kind=kind)[0] for kind in ("cost", "time", "")] == [0, 1, 1]
