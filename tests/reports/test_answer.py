"""What the ministry reads out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from businesses.models import Person
from programmes import engaging
from programmes.models import Engagement
from reports import periods
from reports.answer import _in_line, answer
from reports.city_report import sentences
from reports.reading import Reading
from reports.releasing import release
from reports.subjects import Subject
from surveys import answering, closing, signing
from surveys.inviting import heads_of
from tests.programmes.makers import make_business
from tests.reports import world
from tests.reports.cities import OCTOBER
from tests.reports.cities import answer as answered
from tests.reports.world import SPRING
from tests.trainings.sessions import make_session
from trainings import registering
from trainings.models import Session

SIGNED, NEXT_YEAR = datetime(2016, 5, 11, tzinfo=UTC), datetime(2017, 1, 10, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
USEFUL = {"useful": "useful", "barriers": ["cost"]}


def said(made):
    return {part.title: str(part) for part in answer(Reading(made))}


def test_answer_says_what_parliament_asks(cities):
    found = said(cities.released())
    assert [*found] == [
        "Cities",
        "Sessions and those who came",
        "What participants said",
        "From the wish to the training",
        "What it costs",
        "What these figures leave out",
    ]
    assert found["Cities"].startswith(
        "The figures of “2016 campaign” are those of 4 October 2016. 3 cities were invited."
    )
    assert found["Cities"].endswith("1 city refused. The reason given: nobody to take care of it (1).")


def paid_for(year, shops):
    """Vouchers of as many shops more, by two evenings of theirs."""
    course = year.sessions["course"]
    for number in range(shops):
        name = f"Shop {number}"
        setattr(year.shops, name, make_business(year.programme, name))
        year.people[name] = Person.objects.create(name=name)
        seat = world.seat(year, course, name, name)
        for date_ in course.dates.order_by("starts_at"):
            world.come(seat, date=date_)


def test_answer_says_what_was_paid_and_by_whom(year):
    paid_for(year, 4)
    subject = Subject(year.programme, periods.of_campaign(year.first))
    found = said(release(subject=subject, at=SPRING))
    assert (
        "For the 5 seats paid with vouchers, the full price is €900 in all; the public pays €450; the public part is 50% of the price."
        in found["What it costs"]
    )
    assert (
        "For the 5 shops with trainings paid with vouchers, the full price is €180 a shop on average; the public pays"
        in found["What it costs"]
    )
    assert "awareness sessions, rooms, mobilisation" in found["What these figures leave out"]


def test_answer_says_what_the_public_paid_also_of_one_seat(year):
    found = said(release(subject=Subject(year.programme, periods.of_campaign(year.first)), at=SPRING))
    assert found["What it costs"].startswith(
        "For the 1 seat paid with vouchers, the full price is €180; the public pays €90"
    )


def test_answer_says_when_trainings_start(year):
    subject = Subject(year.programme, periods.of_campaign(year.first))
    for day, told in ((date(2016, 10, 4), "Trainings begin on 15 November 2016."), (None, "Trainings began on 15")):
        made = release(subject=subject, on=day, at=SPRING)
        assert told in said(made)["From the wish to the training"]


def test_answer_without_slips_or_vouchers_says_so(cities):
    found = said(cities.released())
    assert found["From the wish to the training"].startswith("No slip signed after a session tells")
    assert found["From the wish to the training"].endswith("No training of this period has been announced.")
    assert found["What it costs"] == "No training has been paid with a voucher in this period."


def test_answer_about_a_grouping_without_answers_says_nothing_of_the_whole(cities):
    answered(cities.sessions["first"], USEFUL, 10)
    whole, grouping = cities.released(), cities.programme.groupings.get(code="arrondissement-nivelles")
    empty = release(subject=Subject(cities.programme, cities.period, grouping=grouping), at=whole.as_of)
    assert "Of 5 answers, 100% call the session useful or very useful;" in said(whole)["What participants said"]
    assert "What participants said" not in said(empty)


def test_what_stands_in_the_way_is_said_the_greatest_first(cities):
    answered(cities.sessions["first"], USEFUL, 10)
    answered(cities.sessions["together"], {**USEFUL, "barriers": ["time", "cost"]}, 10)
    assert "cost (100%), time (50%)" in said(cities.released())["What participants said"]


def declined(cities, reasons):
    """Slips of the first evenings that want nothing, one reason each."""
    heads = [
        head
        for name in ("first", "together", "third")
        for head in heads_of(cities.sessions[name])
        if not head.is_helper
    ]
    for head, reason in zip(heads, reasons, strict=False):
        signing.sign(head=head, name="A", language="fr", reason=reason, at=OCTOBER)


def test_reasons_that_are_held_back_are_named(cities):
    """Who asks whether cost is a reason must read that it may be one."""
    declined(cities, ["time"] * 9 + ["done"] * 6 + ["nobody"] * 5 + ["cost"] * 2 + ["distance"] * 3)
    told = said(cities.released())["From the wish to the training"]
    assert (
        "say why: no time now (9), I have all I need (6), nobody to mind the shop (5). Not shown, because few" in told
    )
    assert "because they could be worked out: too expensive, too far away." in told
    assert "too easy" not in told, "what is nobody's reason is not said"


def test_that_no_reason_may_be_shown_is_said(cities):
    declined(cities, ["cost"] * 2 + ["time"])
    told = said(cities.released())["From the wish to the training"]
    assert "Why others want nothing for now can’t be shown: few said why, or it could be worked out." in told
    assert "took none" not in told, "of what nobody was asked nothing is said"


def test_answers_that_are_not_counted_yet_are_told_from_those_that_are(cities):
    answered(cities.sessions["first"], USEFUL, 10)
    few = said(cities.released())["What participants said"]
    assert "35.7% answered" in few
    assert "10 answered; what follows may be of fewer answers: they are counted five by five" in few
    closing.close(pk=answering.box_of(cities.sessions["first"]).pk, at=OCTOBER)
    told = said(cities.released(at=OCTOBER + timedelta(days=1)))["What participants said"]
    assert ("Of 10 answers, " in told, "what follows" in told) == (True, False)


def test_mayor_reads_how_many_of_the_answers_are_counted(cities):
    answered(cities.sessions["first"], USEFUL, 10)
    [told] = [each for each in sentences(Reading(cities.released("namur"))) if "useful" in each]
    assert told == (
        "100% of the 5 answers that are counted of these sessions call them useful or very useful; 10 answered, and answers are counted "
        "five by five."
    )
    closing.close(pk=answering.box_of(cities.sessions["first"]).pk, at=OCTOBER)
    later = Reading(cities.released("namur", at=OCTOBER + timedelta(days=1)))
    assert "100% of the 10 who answered after these sessions found them useful or very useful." in [*sentences(later)]


@pytest.mark.parametrize(
    ("slips", "told"),
    [(0, "No slip signed after a session"), (3, "Arrondissement of Dinant has too few here to be shown")],
)
def test_answer_about_a_grouping_of_few_slips_says_so(cities, slips, told):
    for name, n in (("first", 9), ("third", slips)):
        for head in [head for head in heads_of(cities.sessions[name]) if not head.is_helper][:n]:
            signing.sign(head=head, name="A", language="fr", wants_small_group=True, at=OCTOBER)
    dinant = cities.programme.groupings.get(code="arrondissement-dinant")
    made = release(subject=Subject(cities.programme, cities.period, grouping=dinant), at=OCTOBER)
    assert said(made)["From the wish to the training"].startswith(told)
    assert "100%" not in said(made)["From the wish to the training"]


@pytest.mark.parametrize(("at", "goes_on"), [(OCTOBER, False), (datetime(2017, 6, 1, tzinfo=UTC), True)])
def test_funnel_that_goes_on_after_the_period_says_until_when(cities, at, goes_on):
    """Costs stay within it: the two would not add up."""
    for head in [head for head in heads_of(cities.sessions["first"]) if not head.is_helper][:8]:
        signing.sign(head=head, name="A", language="fr", wants_small_group=True, at=SIGNED)
    reading = Reading(cities.released(at=at))
    told = "What came of these wishes is counted until 1 June 2017, also after the end of the period."
    assert (told in str(answer(reading)[3]), told in reading.tables["funnel"].notes) == (goes_on, goes_on)


def test_what_answers_are_out_of_is_said_once(cities):
    answered(cities.sessions["first"], USEFUL, 10)
    assert said(cities.released())["What participants said"].count("Of 5 answers, ") == 1


def test_reasons_in_a_sentence_are_written_small_but_in_german(cities):
    released = cities.released()
    assert ": nobody to take care of it (1)." in said(released)["Cities"]
    with translation.override("de"):
        assert ": Nobody to take care of it (1)." in str(answer(Reading(released))[0])


def test_who_says_i_is_written_large():
    assert [_in_line("I have all I need"), _in_line("Too expensive")] == ["I have all I need", "too expensive"]


def test_reasons_agree_with_how_many_there_are(cities):
    also = {"state": Engagement.State.REFUSED, "reason": "own-project", "invited_on": date(2016, 2, 8)}
    engaging.engage(campaign=cities.campaign, city=cities.cities["wavre"], by=None, values=also, at=SIGNED)
    assert "The reasons given: " in said(cities.released())["Cities"]


def test_that_no_city_was_invited_is_said(year):
    made = release(subject=Subject(year.programme, periods.of_campaign(year.second)), at=SPRING)
    assert said(made)["Cities"].endswith("No city was invited in this period.")


def test_that_no_training_is_announced_is_not_said_where_some_were_chosen(cities):
    """All eight who wished found a seat, in a training of the campaign after."""
    heads = [head for head in heads_of(cities.sessions["first"]) if not head.is_helper][:8]
    later = make_session(
        cities.programme, starts=[NEXT_YEAR], cities=[cities.cities["namur"]], kind=Session.Kind.TRAINING
    )
    Session.objects.filter(pk=later.pk).update(campaign=cities.programme.campaigns.get(code="campaign-2017"))
    for head in heads:
        signing.sign(head=head, name="A", language="fr", wants_small_group=True, at=SIGNED)
        person = head.registration.person
        registering.register(session=later, person=person, language="fr", is_confirmed=True, at=SIGNED + HOUR)
    told = said(cities.released())["From the wish to the training"]
    assert ("100% led to a registration;" in told, "No training" in told) == (True, False)
    assert "signed slips ask for" not in told, "how many they are is said once"
