"""Finds topics that nobody can be advised: only what is certain, so that a topic reported here is truly out of reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from questionnaires.engine.definition import Kind, Mark, Question, Questionnaire, Subject, SubSector, Topic
from questionnaires.files import Document, Problem

# The level (0 to 1) below which no shop can be on a question (or dimension) once the prerequisites are met.
Floors = Mapping[str, Fraction]
MANY = 2000


def check_reach(questionnaire: Questionnaire, topics: Document | None) -> Iterator[Problem]:
    """A problem for each topic that can never be proposed, at the line of its code."""
    reach = _Reach(questionnaire)
    for index, topic in enumerate(questionnaire.topics):
        if topics and (message := reach.fault_of(topic)):
            line = topics.line_of(("topics", index, "code"))
            yield Problem(topics.file, line, f"nobody can reach the topic `{topic.code}`: {message}")


@dataclass(frozen=True, slots=True)
class _Required:
    """What the prerequisites of a topic make certain."""

    questions: Floors
    dimensions: Floors

    def least(self, question: Question) -> Fraction:
        bound = self.questions.get(question.code, Fraction(0))
        levels = levels_of(question)
        return next(level for level in levels if level >= bound) if levels else bound


class _Reach:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.questions = {question.code: question for question in questionnaire.questions()}
        self.dimensions = {dimension.code: dimension for dimension in questionnaire.dimensions}
        self.topics = {topic.code: topic for topic in questionnaire.topics}

    def fault_of(self, topic: Topic) -> str:
        """Why nobody can be advised this topic; empty when somebody may be."""
        trades = self.questionnaire.sub_sectors.values()
        if trades and not any(self._is_for(topic, trade) for trade in trades):
            return "every sub-sector is left out; correct `not_for`"
        required = self._required_by(topic)
        if all(required.least(self.questions[code]) == 1 for code in topic.raises):
            return "its prerequisites leave nothing to gain on what it raises; lower them or raise more"
        if topic.goal and all(self._is_certain(mark, required) for mark in topic.goal):
            return "its prerequisites already reach its goal; lower them or raise the goal"
        return ""

    def _is_for(self, topic: Topic, trade: SubSector) -> bool:
        return trade.names.isdisjoint(topic.not_for) and any(
            trade.names.isdisjoint(self.questions[code].not_for) for code in topic.raises
        )

    def _required_by(self, topic: Topic) -> _Required:
        questions: dict[str, Fraction] = {}
        dimensions: dict[str, Fraction] = {}
        for mark in topic.after:
            for code, bound in self._floors_under(mark).items():
                questions[code] = max(bound, questions.get(code, Fraction(0)))
            if mark.subject == Subject.DIMENSION:
                dimensions[mark.code] = max(mark.at_least, dimensions.get(mark.code, Fraction(0)))
        return _Required(questions, dimensions)

    def _floors_under(self, mark: Mark) -> Floors:
        """By question, the level that is certain once the mark is reached (or the question does not apply)."""
        if mark.subject == Subject.QUESTION:
            return {mark.code: mark.at_least}
        if mark.subject == Subject.DIMENSION:
            return self._floors_under_dimension(mark)
        return self._floors_under_topic(self.topics[mark.code])

    def _floors_under_dimension(self, mark: Mark) -> Floors:
        """The others being full: what is missing in the dimension may all be missing on this one question."""
        questions = self.dimensions[mark.code].questions
        missing = (1 - mark.at_least) * sum(question.weight for question in questions)
        return {question.code: max(1 - missing / question.weight, Fraction(0)) for question in questions}

    def _floors_under_topic(self, topic: Topic) -> Floors:
        """Mastered: its goal is reached, or nothing is left to gain in it. A trade that it is not for masters it at once."""
        if topic.not_for:
            return {}
        full = dict.fromkeys(topic.raises, Fraction(1))
        if not topic.goal:
            return full
        goal: dict[str, Fraction] = {}
        for mark in topic.goal:
            for code, bound in self._floors_under(mark).items():
                goal[code] = max(bound, goal.get(code, Fraction(0)))
        return {code: min(bound, full[code]) for code, bound in goal.items() if code in full}

    def _is_certain(self, mark: Mark, required: _Required) -> bool:
        if mark.subject == Subject.QUESTION:
            return required.least(self.questions[mark.code]) >= mark.at_least
        questions = self.dimensions[mark.code].questions
        return required.dimensions.get(mark.code, 0) >= mark.at_least or all(
            required.least(question) >= mark.at_least for question in questions
        )


def levels_of(question: Question) -> list[Fraction]:
    """The levels (0 to 1) that answers, or none, can reach, ascending; empty when they are too many to list."""
    sums = {Fraction(0)}
    for points in question.points.values():
        sums |= {total + points for total in sums} if question.kind == Kind.SEVERAL else {points}
        if len(sums) > MANY:
            return []
    return sorted({min(max(total / question.highest, Fraction(0)), Fraction(1)) for total in sums})
