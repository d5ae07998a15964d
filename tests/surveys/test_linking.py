"""A reader of the database, who reads every table once, every column, ctid and xmin, does not find out who answered what.

docs/decisions/0007-anonymous-answers.md says what such a reader can do, and who is not meant.
"""

import json
import random
from collections import Counter

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from businesses.models import Person
from surveys import answering, closing
from surveys.inviting import heads_of, mark_of, path_of, token_of
from surveys.models import AnswerBox, Slip
from tests.surveys.evenings import make_evening
from trainings.models import Registration, Topic

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS, PEOPLE = 16, 7
# Somebody who guesses is right once a session; a rank that tells anything is right PEOPLE times.
CHANCE = SESSIONS


def take_part(sessions):
    """In each session all who were there answer, in an order drawn by lot, and sign a slip straight afterwards, on which they want
    what they said to want: nobody else does."""
    written, topics = {}, [*Topic.objects.offered().values_list("code", flat=True)]
    for session in sessions:
        heads = heads_of(session)
        random.shuffle(heads)
        for head, topic in zip(heads, random.sample(topics, len(heads)), strict=True):
            words = f"what {head.name} thinks"[::-1]  # unlike any name
            said = {"useful": "useful", "training": "yes", "topics": topic, "comment": words}
            answered = Client().post(path_of(head), said)
            slip = {"slip": "1", "name": head.name, "topics": topic, "wants_call": "on", "phone": "081 22"}
            signed = Client().post(path_of(head), slip)
            assert (answered.status_code, signed.status_code) == (302, 302)
            written[head] = words
    return written


def tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT ctid::text, xmin::text::bigint AS xmin, * FROM "{name}"')  # noqa: S608  # names of tables
            columns = [column.name for column in cursor.description]
            yield name, [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def keys_of_people():
    """Where the tables name a person: a column that leads to a registration or to a person."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if field.related_model in (Registration, Person):
                yield model._meta.db_table, field.column, field.related_model
    for model in (Registration, Person):
        yield model._meta.db_table, "id", model


def orders_of_people(read, heads):
    """Every order of these people that a column of a table gives, whatever it means."""
    for table, column, model in keys_of_people():
        keys = [head.registration.pk if model is Registration else head.registration.person_id for head in heads]
        rows = {row[column]: row for row in read[table]}
        if all(key in rows for key in keys):
            for name in read[table][0]:
                yield f"{table}.{name} by {column}", ordered(heads, [rows[key][name] for key in keys])
    marks = [mark_of(head) for head in heads]
    yield "the mark of the used invitation", ordered(heads, marks)


def orders_of_answers(answers):
    """As they stand, and by whatever stands beside what was answered."""
    yield "place", answers
    for name in sorted({name for answer in answers for name in answer} - {"given"}):
        yield name, ordered(answers, [answer[name] for answer in answers])


def ordered(things, values):
    ranks = [
        json.loads(value.translate(str.maketrans("()", "[]"))) if str(value)[:1] == "(" else value for value in values
    ]
    place = {index: (str(type(rank)), rank if rank is not None else 0) for index, rank in enumerate(ranks)}
    try:
        return [things[index] for index in sorted(place, key=place.get)]
    except TypeError:
        return [things[index] for index in sorted(place, key=lambda index: str(place[index]))]


def hits(sessions, written):
    """How often each way of putting people and answers side by side is right, over all sessions."""
    read, right = dict(tables()), Counter()
    boxes = {row["session_id"]: json.loads(row["answers"]) for row in read[AnswerBox._meta.db_table]}
    for session in sessions:
        heads = heads_of(session)
        for of_people, people in orders_of_people(read, heads):
            for of_answers, answers in orders_of_answers(boxes[session.pk]):
                for way, turned in (("", answers), ("backwards", answers[::-1])):
                    found = sum(
                        written[head] == answer["given"]["comment"] for head, answer in zip(people, turned, strict=True)
                    )
                    right[of_people, of_answers, way] += found
    return right


@pytest.fixture
def evenings(commerce):
    return [make_evening(commerce, heads=PEOPLE) for _number in range(SESSIONS)]


def close_all():
    for box in AnswerBox.objects.all():
        closing.close(pk=box.pk, at=timezone.now())


def test_no_order_of_people_leads_to_their_answers(evenings):
    written = take_part(evenings)
    close_all()
    right = hits(evenings, written)
    assert len(right) > 100
    assert [(way, count) for way, count in right.items() if count > 3 * CHANCE] == []


def test_what_a_slip_says_too_leads_to_no_other_answer(evenings):
    written, right = take_part(evenings), 0
    close_all()
    for head, words in written.items():
        wanted = [*Slip.objects.get(registration=head.registration).topics.values_list("code", flat=True)]
        said = [given for given in answering.box_of(head.session).given if given["topics"] == wanted]
        assert len(said) == 1
        right += said[0]["comment"] == words
    assert right <= 3 * CHANCE


def test_transaction_of_a_slip_is_never_that_of_an_answer(evenings):
    take_part(evenings[:2])
    read = dict(tables())
    answering_now = {row["xmin"] for row in read[AnswerBox._meta.db_table]}
    with_people = {table for table, _column, _model in keys_of_people()}
    assert [name for name in with_people for row in read[name] if row["xmin"] in answering_now] == []


def test_nothing_beside_the_box_knows_an_answer_and_the_box_knows_nobody(evenings):
    written = take_part(evenings[:3])
    close_all()
    named = {head.name for head in written} | {token_of(head) for head in written}
    named |= {str(head.registration.uid) for head in written} | {head.registration.person.email for head in written}
    box = AnswerBox._meta.db_table
    for name, rows in tables():
        said = json.dumps(rows, default=str)
        assert [words for words in written.values() if name != box and words in said] == []
        assert [words for words in named if name == box and words in said] == []


def test_answers_that_wait_are_read_by_nobody(commerce):
    session = make_evening(commerce, heads=4)
    written = take_part([session])
    everything = json.dumps(dict(tables()), default=str)
    assert [words for words in written.values() if words in everything] == []


def test_answers_that_come_open_first_are_not_those_that_came_first(commerce):
    """Ten have answered, five are open: knowing who were the first five narrows nothing down."""
    first, total = 0, 24
    for session in [make_evening(commerce, heads=10) for _number in range(total)]:
        heads = heads_of(session)
        for number, head in enumerate(heads):
            answering.answer(head=head, given={"comment": str(number)})
        box = answering.box_of(session)
        assert (len(box.given), box.waiting) == (5, 5)
        first += sum(int(given["comment"]) < 5 for given in box.given)
    assert abs(first - 2.5 * total) < 1.25 * total
