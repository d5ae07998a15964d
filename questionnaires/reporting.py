from collections.abc import Iterator
from typing import Any

from questionnaires.checking import Content
from questionnaires.engine.diagnosing import Diagnosis
from questionnaires.engine.scoring import Level
from questionnaires.texts import said


def report(content: Content, diagnosis: Diagnosis) -> str:
    """A diagnosis as plain text, for a person at a shell."""
    return "\n".join(_lines(content.data, diagnosis))


def _lines(data: dict[str, Any], diagnosis: Diagnosis) -> Iterator[str]:
    questionnaire = data["questionnaire"]
    score = diagnosis.score
    bands = {band["code"]: said(band["title"]) for band in questionnaire["bands"]}
    yield f"{said(questionnaire['title'])}: {_level(score.level)}"
    if score.band:
        yield bands[score.band]
    yield ""
    for dimension in questionnaire["dimensions"]:
        yield f"  {said(dimension['title']):<28} {_level(score.dimensions[dimension['code']])}"
    yield ""
    yield "  gained  missed  question"
    for line in score.ledger:
        note = "" if line.state == "answered" else f" ({line.state})"
        yield f"  {line.gained / 10:6.1f}  {line.missed / 10:6.1f}  {line.question}{note}"
    if data["topics"]:
        yield ""
        yield from _topic_lines(data, diagnosis)


def _topic_lines(data: dict[str, Any], diagnosis: Diagnosis) -> Iterator[str]:
    titles = {topic["code"]: said(topic["title"]) for topic in data["topics"]}
    if not diagnosis.topics:
        yield "No topic has more to give."
    for topic in diagnosis.topics:
        first = f", after {', '.join(topic.after)}" if topic.after else ""
        yield f"{topic.rank}. {titles[topic.code]} ({topic.code}{first}): need {float(topic.need):.1f}"
        for reason in topic.reasons:
            answer = ", ".join(reason.answer) or "not answered"
            yield f"     {reason.question} ({answer}): {float(reason.missing):.1f} points missing, effect {reason.effect}"


def _level(level: Level | None) -> str:
    if level is None:
        return "no score, as no question applies"
    if level.high == level.score:
        return f"{level.score} out of 100"
    return f"{level.score} out of 100, up to {level.high} with what is not known"
