from collections.abc import Iterable, Iterator, Mapping

from questionnaires.checking.questions import names_of_trades, questions_of
from questionnaires.checking.written import Written, check_known, check_unique
from questionnaires.engine.definition import Subject
from questionnaires.files import Document, Problem


def check_topics(topics: Written, questionnaire: Written, sectors: Written | None) -> None:
    """Everything that the form alone can't say about topics.yaml."""
    every = topics.items("topics")
    codes_of = {
        Subject.QUESTION: {question.code for question in questions_of(questionnaire)},
        Subject.DIMENSION: {dimension.code for dimension in questionnaire.items("dimensions")},
        Subject.TOPIC: {topic.code for topic in every},
    }
    known = {subject: codes for subject, codes in codes_of.items() if codes}  # what can't be read is told once
    check_unique(every, "topics")
    for topic in every:
        for code, place in topic.entries("raises"):
            if code not in known.get(Subject.QUESTION, [code]):
                place.blame(f"there is no question `{code}`; correct the code")
        for mark in topic.items("after"):
            _check_mark(mark, known)
        for mark in topic.items("goal"):
            if Subject.TOPIC in mark:
                mark.blame("a goal looks at a question or a dimension, not at a topic; change it", Subject.TOPIC)
            else:
                _check_mark(mark, known)
        check_known(topic.items("not_for"), names_of_trades(sectors), "a sub-sector or family of sectors.yaml")
    _check_circles(every)


def _check_mark(mark: Written, known: Mapping[Subject, set[str]]) -> None:
    subjects = [subject for subject in Subject if subject in mark]
    if len(subjects) != 1:
        given = " and ".join(subjects) or "none of them"
        mark.blame(f"one of `question`, `dimension` or `topic` is needed here, not {given}; correct it")
        return
    subject = subjects[0]
    code = mark.text(subject)
    if code not in known.get(subject, [code]):
        mark.blame(f"there is no {subject} `{code}`; correct the code", subject)
    if subject == Subject.TOPIC and "at_least" in mark:
        mark.blame(
            "`at_least` goes with a question or a dimension: a topic is mastered or not; take it out", "at_least"
        )


def _check_circles(topics: Iterable[Written]) -> None:
    """Topics that wait for one another: each circle once, at its first topic."""
    places = {topic.code: topic for topic in topics if topic.code}
    waits_for = {
        code: [mark.text("topic") for mark in topic.items("after") if "topic" in mark] for code, topic in places.items()
    }
    told: set[str] = set()
    for code, place in places.items():
        circle = _circle_from(code, waits_for)
        if circle and told.isdisjoint(circle):
            told.update(circle)
            round_trip = " → ".join([*circle, code])
            place.blame(f"prerequisites run in a circle: {round_trip}; take one of them out", "after")


def _circle_from(start: str, waits_for: Mapping[str, list[str]]) -> list[str]:
    """A way from a topic over its prerequisites back to itself; empty when there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for code in waits_for.get(way[-1], ()):
            if code == start:
                return way
            if code not in seen:
                seen.add(code)
                ways.append([*way, code])
    return []


def unraised(questionnaire: Document, topics: Document) -> Iterator[Problem]:
    """Questions that no topic raises: points that no advice can win."""
    raised = {code for topic in Written(topics).items("topics") for code, _ in topic.entries("raises")}
    for question in questions_of(Written(questionnaire)):
        if question.code not in raised:
            line = questionnaire.line_of((*question.place, "code"))
            yield Problem(questionnaire.file, line, f"no topic raises `{question.code}`; a topic could")
