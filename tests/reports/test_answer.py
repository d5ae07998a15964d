"""What the ministry reads out."""

from datetime import date

from reports import periods
from reports.answer import answer
from reports.reading import Reading
from reports.releasing import release
from reports.subjects import Subject
from tests.reports.cities import answer as answered
from tests.reports.world import SPRING

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
    assert found["Cities"].endswith("1 city refused. The reasons that they gave: Nobody to take care of it (1).")


def test_answer_says_what_was_paid_and_by_whom(year):
    subject = Subject(year.programme, periods.of_campaign(year.first))
    found = said(release(subject=subject, at=SPRING))
    assert "The 1 seat paid with vouchers costs €180 in full." in found["What it costs"]
    assert "The public pays 50% of the price of 1 seat." in found["What it costs"]
    assert "The trainings that 1 shop paid with vouchers cost €180 a shop in full." in found["What it costs"]
    assert "awareness sessions, rooms, mobilisation" in found["What these figures leave out"]


def test_answer_says_when_trainings_start(year):
    subject = Subject(year.programme, periods.of_campaign(year.first))
    for day, told in ((date(2016, 10, 4), "Trainings begin on 15 November 2016."), (None, "Trainings began on 15")):
        made = release(subject=subject, on=day, at=SPRING)
        assert told in said(made)["From the wish to the training"]


def test_answer_without_slips_or_vouchers_says_so(cities):
    found = said(cities.released())
    assert found["From the wish to the training"].startswith("No slip signed after a session can tell yet")
    assert found["From the wish to the training"].endswith("No training of this period has been announced yet.")
    assert found["What it costs"] == "No training has been paid with a voucher in this period yet."


def test_answer_about_a_grouping_without_answers_says_nothing_of_the_whole(cities):
    answered(cities.sessions["first"], USEFUL, 10)
    whole, grouping = cities.released(), cities.programme.groupings.get(code="arrondissement-nivelles")
    empty = release(subject=Subject(cities.programme, cities.period, grouping=grouping), at=whole.as_of)
    assert "Of 5 answers, 100% call the session useful or very useful." in said(whole)["What participants said"]
    assert "What participants said" not in said(empty)


def test_what_stands_in_the_way_is_said_the_greatest_first(cities):
    answered(cities.sessions["first"], USEFUL, 10)
    answered(cities.sessions["together"], {**USEFUL, "barriers": ["time", "cost"]}, 10)
    assert "Cost (100%), Time (50%)" in said(cities.released())["What participants said"]
