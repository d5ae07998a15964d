from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from programmes.models import Campaign
from surveys import answering, closing
from surveys.asked import tallied
from surveys.inviting import heads_of
from surveys.models import AnswerBox, Survey
from tests.surveys.evenings import GIVEN, make_evening
from tests.trainings.sessions import make_session


def answer_all(session, count, start=0):
    for head in heads_of(session)[start : start + count]:
        answering.answer(head=head, given=GIVEN)
    return answering.box_of(session)


def test_an_invitation_is_used_once(commerce):
    session = make_evening(commerce, heads=2)
    first, second = heads_of(session)
    answering.answer(head=first, given=GIVEN)
    with pytest.raises(answering.AlreadyUsed):
        answering.answer(head=first, given=GIVEN)
    with pytest.raises(answering.AlreadyUsed):
        answering.take_sheet(head=first)
    box = answering.take_sheet(head=second)
    assert (box.used_count, box.waiting, box.sheets_taken) == (2, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_answers_at_once_are_all_kept(commerce):
    session = make_evening(commerce, heads=12)

    def put_in(head):
        try:
            return answering.answer(head=head, given=GIVEN).used_count
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(put_in, heads_of(session)))
    box = answering.box_of(session)
    assert (box.used_count, len(box.used), len(box.given) + box.waiting) == (12, 12, 12)


@pytest.mark.parametrize(("answers", "shown"), [(4, 0), (9, 0), (10, 5), (14, 5), (15, 10), (20, 15)])
def test_answers_come_open_five_at_once_with_as_many_behind_them(answers, shown, commerce):
    box = answer_all(make_evening(commerce, heads=20), answers)
    assert (len(box.given), box.waiting) == (shown, answers - shown)


@pytest.mark.parametrize("answers", [5, 7, 12])
def test_at_closing_all_come_open_and_who_answered_is_a_number(answers, commerce):
    session = make_evening(commerce, heads=12)
    box = answer_all(session, answers)
    assert closing.close(pk=box.pk, at=timezone.now())
    box.refresh_from_db()
    assert (len(box.given), box.waiting, box.sealed) == (answers, 0, "")
    assert (box.used, box.on_paper, box.used_count, box.is_closed) == ([], [], answers, True)
    with pytest.raises(answering.Closed):
        answering.answer(head=heads_of(session)[-1], given=GIVEN)


def test_sessions_with_too_few_answers_go_into_the_campaigns_box(commerce):
    sessions = [make_evening(commerce, heads=4) for _number in range(3)]
    for session in sessions:
        closing.close(pk=answer_all(session, 4).pk, at=timezone.now())
    gathered = AnswerBox.objects.of_campaigns().get()
    assert (len(gathered.given), gathered.waiting, gathered.campaign) == (5, 7, sessions[0].campaign)
    own = AnswerBox.objects.of_sessions()
    assert {(box.used_count, box.waiting, len(box.given)) for box in own} == {(4, 0, 0)}


def test_closing_is_due_thirty_days_after_the_end(commerce):
    old = make_evening(commerce, heads=6, ended=timedelta(days=30, minutes=1))
    new = make_evening(commerce, heads=6, ended=timedelta(days=29))
    for session in (old, new):
        answer_all(session, 6)
    assert (closing.close_due(), closing.close_due()) == (1, 0)
    assert (answering.box_of(old).is_closed, answering.box_of(new).is_closed) == (True, False)


def test_what_a_campaign_has_too_few_of_is_erased_at_its_end(commerce):
    session = make_evening(commerce, heads=3, ended=timedelta(days=31))
    answer_all(session, 3)
    Campaign.objects.filter(pk=session.campaign_id).update(ends_on=timezone.localdate())
    closing.close_due()
    assert AnswerBox.objects.of_campaigns().get().waiting == 3
    long_after = timezone.now() + timedelta(days=800)
    assert closing.close_due(long_after) == 1
    gathered = AnswerBox.objects.of_campaigns().get()
    assert (gathered.waiting, gathered.sealed, gathered.given, gathered.is_closed) == (0, "", [], True)


def test_tallies_are_what_a_recount_says(commerce):
    session = make_evening(commerce, heads=10)
    for number, head in enumerate(heads_of(session)):
        useful = ["very-useful", "useful", "little"][number % 3]
        answering.answer(head=head, given={**GIVEN, "useful": useful, "relevant": number * 10})
    box = answering.box_of(session)
    assert box.tallies == tallied(box.survey.questions, box.given)
    closing.close(pk=box.pk, at=timezone.now())
    box.refresh_from_db()
    assert box.tallies["useful"] == {"n": 10, "counts": 7, "each": {"little": 3, "useful": 3, "very-useful": 4}}
    assert (box.tallies["relevant"]["sum"], box.tallies["tools"]["counts"]) == (450, 10)


def test_answers_that_are_mixed_come_to_the_same(commerce):
    session = make_evening(commerce, heads=10)
    ticked = [["time"], ["cost", "time"], ["other"]]
    said = [
        {"relevant": number * 10, **({"comment": f"{number}", "barriers": ticked[number % 3]} if number % 2 else {})}
        for number in range(10)
    ]
    for head, given in zip(heads_of(session), said, strict=True):
        answering.answer(head=head, given=given)
    closing.close(pk=answering.box_of(session).pk, at=timezone.now())
    box = answering.box_of(session)
    assert box.tallies == tallied(box.survey.questions, said)
    assert len(box.given) == 10
    for question in ("relevant", "comment", "barriers"):
        kept, given = ([one[question] for one in those if question in one] for those in (box.given, said))
        assert sorted(kept) == sorted(given)


def test_sheet_beside_the_wrong_name_is_given_back(commerce):
    session = make_evening(commerce, heads=3)
    wrong, right, online = heads_of(session)
    answering.take_sheet(head=wrong)
    answering.answer(head=online, given=GIVEN)
    answering.give_back_sheet(head=wrong)
    for head in (right, online):
        with pytest.raises(answering.NotTaken):
            answering.give_back_sheet(head=head)
    box = answering.take_sheet(head=right)
    with pytest.raises(answering.NotTaken):
        answering.give_back_sheet(head=online)
    assert (box.used_count, box.sheets_taken, len(box.used), len(box.on_paper)) == (2, 1, 2, 1)


def test_sheet_is_not_given_back_while_it_may_be_a_typed_one(commerce):
    session = make_evening(commerce, heads=4)
    first, second, third, _fourth = heads_of(session)
    for head in (first, second):
        answering.take_sheet(head=head)
    answering.type_sheets(session=session, sheets=[GIVEN], typed_before=0)
    for head in (first, second):
        with pytest.raises(answering.NotTaken):
            answering.give_back_sheet(head=head)
    box = answering.type_sheets(session=session, sheets=[GIVEN], typed_before=1)
    assert (box.used_count, box.waiting, box.on_paper) == (2, 2, [])
    answering.take_sheet(head=third)
    with pytest.raises(answering.NotTaken):
        answering.give_back_sheet(head=first)
    box = answering.give_back_sheet(head=third)
    assert (box.used_count, box.sheets_taken, box.sheets_left) == (2, 2, 0)


def test_no_more_sheets_are_typed_than_were_taken_in(commerce):
    session = make_evening(commerce, heads=3)
    for head in heads_of(session)[:2]:
        answering.take_sheet(head=head)
    with pytest.raises(answering.TooManySheets):
        answering.type_sheets(session=session, sheets=[GIVEN] * 3, typed_before=0)
    box = answering.type_sheets(session=session, sheets=[GIVEN], typed_before=0)
    assert (box.sheets_left, box.waiting, box.used_count) == (1, 1, 2)
    with pytest.raises(answering.TypedMeanwhile):
        answering.type_sheets(session=session, sheets=[GIVEN], typed_before=0)
    answering.type_sheets(session=session, sheets=[GIVEN], typed_before=1)
    with pytest.raises(answering.NotTaken):
        answering.give_back_sheet(head=heads_of(session)[0])


def test_programme_without_a_survey_takes_no_answer(commerce):
    Survey.objects.update(withdrawn_at=timezone.now())
    session = make_evening(commerce, heads=1)
    with pytest.raises(answering.NoSurvey):
        answering.answer(head=heads_of(session)[0], given=GIVEN)
    assert answering.box_of(session) is None


def test_answers_stay_with_the_version_that_was_asked(commerce):
    session = make_evening(commerce, heads=2)
    first, second = heads_of(session)
    box = answering.answer(head=first, given=GIVEN)
    Survey.objects.create(programme=commerce, number=2, digest="x", definition=box.survey.definition)
    assert answering.answer(head=second, given=GIVEN).survey == box.survey
    assert answering.answer(head=heads_of(make_evening(commerce, heads=1))[0], given=GIVEN).survey.number == 2


def test_session_with_nobody_has_no_heads(commerce):
    assert heads_of(make_session(commerce)) == []
