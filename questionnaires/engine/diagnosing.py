from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from questionnaires.engine import VERSION
from questionnaires.engine.answers import Answers
from questionnaires.engine.definition import Questionnaire
from questionnaires.engine.recommending import Reason, Recommendation, Recommender
from questionnaires.engine.scoring import Level, Score, Scorer


class UnknownSubSector(ValueError):
    """The sub-sector is not one of the questionnaire's."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A score and the topics it calls for: what is handed over, and never changes."""

    score: Score
    topics: tuple[Recommendation, ...]

    def as_data(self) -> dict[str, Any]:
        """What is stored and printed: the same input gives the same bytes. Points are out of 100, needs exact ("n/d")."""
        level = self.score.level
        return {
            "engine": VERSION,
            "score": level and level.score,
            "score_exact": level and ratio_text(level.exact),
            "range": level and [level.score, level.high],
            "band": self.score.band,
            "dimensions": {code: _level_data(own) for code, own in self.score.dimensions.items()},
            "ledger": [
                {
                    "question": line.question,
                    "gained": line.gained / 10,
                    "missed": line.missed / 10,
                    "unknown": line.is_unknown,
                    "state": line.state.value,
                }
                for line in self.score.ledger
            ],
            "topics": [_topic_data(topic) for topic in self.topics],
        }


class Diagnoser:
    """A questionnaire made ready to diagnose many shops."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.scorer = Scorer(questionnaire)
        self.recommender = Recommender(questionnaire)

    def diagnose(self, answers: Answers, sub_sector: str = "") -> Diagnosis:
        """Scores and recommends. Raises BadAnswers or UnknownSubSector; an empty sub-sector has no rules of its own."""
        trade = self.questionnaire.sub_sectors.get(sub_sector)
        if sub_sector and trade is None:
            known = ", ".join(self.questionnaire.sub_sectors) or "none: the questionnaire has no sub-sectors"
            raise UnknownSubSector(f"Sub-sector “{sub_sector}” is not known; choose one of these: {known}.")
        score = self.scorer.score(answers, trade)
        return Diagnosis(score, self.recommender.recommend(score, trade))


def ratio_text(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def _level_data(level: Level | None) -> dict[str, Any]:
    if level is None:
        return {"score": None, "exact": None, "range": None}
    return {"score": level.score, "exact": ratio_text(level.exact), "range": [level.score, level.high]}


def _topic_data(topic: Recommendation) -> Mapping[str, Any]:
    return {
        "code": topic.code,
        "rank": topic.rank,
        "need": ratio_text(topic.need),
        "weight": ratio_text(topic.weight),
        "after": list(topic.after),
        "reasons": [_reason_data(reason) for reason in topic.reasons],
    }


def _reason_data(reason: Reason) -> dict[str, Any]:
    return {
        "question": reason.question,
        "answer": list(reason.answer),
        "missing": ratio_text(reason.missing),
        "effect": ratio_text(reason.effect),
    }
