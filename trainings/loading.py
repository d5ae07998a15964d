"""What topics.yaml says to readers, put into rows; its rules of recommendation stay with the questionnaire's version."""

from datetime import datetime
from typing import Any

from programmes.applying import Change, apply_rows
from programmes.models import Programme
from questionnaires.checking import Content
from trainings.models import Topic

TOLD = ("title", "promise", "contents", "level", "hours", "prerequisite", "goal_text", "free_tools", "alone")


def load(programme: Programme, content: Content, at: datetime) -> list[Change]:
    """The topics, in the order of the file."""
    topics = {topic["code"]: _topic(topic, order) for order, topic in enumerate(content.data["topics"], 1)}
    return [apply_rows(Topic, programme, topics, at)]


def _topic(topic: dict[str, Any], order: int) -> dict[str, Any]:
    return {"order": order, "data": {key: topic[key] for key in TOLD if key in topic}}
