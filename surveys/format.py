"""The format of survey.yaml: the language of questionnaires without points, and what each question feeds."""

from typing import Literal

from pydantic import Field

from questionnaires.format import Code, Minutes, OnlyIf, Part, Text


class Choice(Part):
    """One answer that can be ticked."""

    code: Code = Field(description="Stable over versions.")
    text: Text = Field(description="The words beside the box.")
    counts: bool = Field(False, description="Counts towards the figure that the question feeds.")
    none: bool = Field(False, description="“None of these”: excludes the other choices (several choices only).")


class Scale(Part):
    """Whole numbers from `min` to `max`, `step` apart, with the words at both ends."""

    min: int = Field(description="The least value.")
    max: int = Field(description="The greatest value, more than `min`.")
    step: int = Field(1, ge=1, description="From one value to the next. Default 1.")
    unit: Literal["", "%"] = Field("", description="Written behind each value.")
    low: Text = Field(description="What the least value means.")
    high: Text = Field(description="What the greatest value means.")


class Question(Part):
    """One question: one choice, several, a scale or free text. None has to be answered."""

    code: Code = Field(description="Stable over versions; unique in the survey.")
    kind: Literal["single", "several", "scale", "text"] = Field(description="How it is answered.")
    text: Text = Field(description="The question.")
    help: Text | None = Field(None, description="One line below the question.")
    feeds: Code | None = Field(None, description="The figure that it feeds.")
    choices: list[Choice] = Field([], description="For one choice or several, unless `topics`.")
    topics: bool = Field(False, description="True: its choices are the topics of topics.yaml (several choices only).")
    scale: Scale | None = Field(None, description="For a scale.")
    only_if: OnlyIf | None = Field(None, description="Asked only after certain answers to an earlier question.")


class Survey(Part):
    """survey.yaml: what participants are asked after a session, without their name."""

    title: Text = Field(description="Its name.")
    intro: Text | None = Field(None, description="One or two sentences before the first question.")
    minutes: Minutes = Field(1, description="How long it takes.")
    questions: list[Question] = Field(min_length=1, description="The questions, in order.")
