"""The format of questionnaire.yaml, topics.yaml, sectors.yaml and profiles.yaml: one description for loading, editors and documentation."""

import re
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

LANGUAGES = ("fr", "nl", "de", "en")
EXACT_NUMBER = r"^-?[0-9]+(\.[0-9]+|/[1-9][0-9]*)?$"
LONGEST_NUMBER = 40


def exact(value: object) -> Fraction:
    """A whole number, a decimal or "n/d", exactly. Raises when it is none of them."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER and re.fullmatch(EXACT_NUMBER, value):
        return Fraction(value)
    raise PydanticCustomError("exact", "“{given}” is not a number; write 2, 0.5 or “3/2”", {"given": str(value)})


def digits(value: object) -> object:
    """A value on a scale is a choice too: by its digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def given_answer(value: object) -> object:
    """One choice, or a list of choices."""
    codes = value if isinstance(value, list) else [value]
    if not codes or not all(isinstance(code, str | int) and not isinstance(code, bool) for code in codes):
        raise PydanticCustomError("answer", "an answer is the code of a choice, a list of codes or a number")
    return [digits(code) for code in codes] if isinstance(value, list) else digits(value)


def exact_text(number: Fraction) -> str:
    return str(number)


def above_zero(number: Fraction) -> Fraction:
    if number <= 0:
        raise PydanticCustomError("above_zero", "must be more than 0, not {given}", {"given": str(number)})
    return number


def share(number: Fraction) -> Fraction:
    if not 0 < number <= 1:
        raise PydanticCustomError("share", "must be more than 0 and at most 1, not {given}", {"given": str(number)})
    return number


def from_zero_to_one(number: Fraction) -> Fraction:
    if not 0 <= number <= 1:
        raise PydanticCustomError("from_zero_to_one", "must be between 0 and 1, not {given}", {"given": str(number)})
    return number


def nace(code: str) -> str:
    if not re.fullmatch(NACE_CODE, code):
        raise PydanticCustomError(
            "nace", "“{given}” is not a NACE code; write four digits, as in “47.76”", {"given": code}
        )
    return code


def in_known_languages[T](texts: dict[str, T], info: ValidationInfo) -> dict[str, T]:
    """Only languages of the portal; the programme's first language, where one is known, is there."""
    for language in texts:
        if language not in LANGUAGES:
            message = "“{given}” is not a language of the portal; use fr, nl, de or en"
            raise PydanticCustomError("language", message, {"given": language})
    first = (info.context or {}).get("first_language")
    if first and first not in texts:
        raise PydanticCustomError("first_language", "the text in “{given}” is missing; write it", {"given": first})
    return texts


def is_text(data: object) -> bool:
    """Whether plain data is a text (or a list of lines) by language."""
    return (
        isinstance(data, dict)
        and bool(data)
        and data.keys() <= set(LANGUAGES)
        and all(isinstance(words, str | list) for words in data.values())
    )


EXACT_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": EXACT_NUMBER}]}
Exact = Annotated[Fraction, BeforeValidator(exact), PlainSerializer(exact_text), WithJsonSchema(EXACT_SCHEMA)]
Weight = Annotated[Exact, AfterValidator(above_zero)]
Share = Annotated[Exact, AfterValidator(share)]
Start = Annotated[Exact, AfterValidator(from_zero_to_one)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
ONE_CHOICE = {"type": ["string", "integer"]}
ChoiceCode = Annotated[str, BeforeValidator(digits), WithJsonSchema(ONE_CHOICE)]
GivenAnswer = Annotated[
    Any,
    BeforeValidator(given_answer),
    WithJsonSchema({"anyOf": [ONE_CHOICE, {"type": "array", "items": ONE_CHOICE, "minItems": 1}]}),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
BY_LANGUAGE = Field(min_length=1, json_schema_extra={"propertyNames": {"enum": [*LANGUAGES]}})
Text = Annotated[dict[str, Words], BY_LANGUAGE, AfterValidator(in_known_languages)]
Lines = Annotated[
    dict[str, Annotated[list[Words], Field(min_length=1)]], BY_LANGUAGE, AfterValidator(in_known_languages)
]
NACE_CODE = r"^[0-9]{2}\.[0-9]{2}$"
NACE_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": NACE_CODE}]}
Nace = Annotated[str, AfterValidator(nace), WithJsonSchema(NACE_SCHEMA)]
Minutes = Annotated[int, Field(ge=1, le=240)]


class Part(BaseModel):
    """A mapping of the format: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SmallThing(Part):
    """One small thing to do, with how long it takes."""

    title: Text = Field(description="What to do, as an imperative.")
    text: Text = Field(description="How, in one or two concrete sentences.")
    minutes: Minutes = Field(description="How many minutes it takes.")


class Choice(Part):
    """One answer that can be chosen."""

    code: Code = Field(description="Stable over versions. `dont-know` and `not-applicable` are reserved.")
    points: Exact = Field(description="What it is worth; may be negative where several choices add up.")
    text: Text = Field(description="The words beside the button.")
    explanation: Text | None = Field(None, description="What this level means for the shop and what comes next.")
    none: bool = Field(
        False, description="“None of these”: excludes the other choices (several choices only); points 0."
    )


class Scale(Part):
    """Whole numbers from `min` to `max`."""

    min: int = Field(description="The least value.")
    max: int = Field(description="The greatest value, more than `min`.")
    points: list[Exact] | None = Field(
        None, description="Points by value, from `min` on. Default: the value less `min`."
    )


class LevelText(Part):
    """An explanation from a share of the question's points upwards."""

    start: Start = Field(alias="from", description="The share, from 0 to 1; the first is from 0.")
    text: Text = Field(description="What it means for the shop and what comes next.")


class OnlyIf(Part):
    """Asks the question only after certain answers to an earlier one. Otherwise it earns nothing and still counts."""

    question: Code = Field(description="An earlier question.")
    any: list[ChoiceCode] = Field(
        min_length=1,
        description="Its choices (values on a scale) that open this one, with every choice worth as much or more.",
    )


class Question(Part):
    """One question: single choice, several choices or a scale. “I don't know” is always offered by the portal."""

    code: Code = Field(description="Stable over versions; unique in the questionnaire.")
    kind: Literal["single", "several", "scale"] = Field(description="How it is answered.")
    text: Text = Field(description="The question, as a good adviser would ask it.")
    help: Text | None = Field(None, description="One line below the question.")
    weight: Weight = Field(
        Fraction(1), validate_default=False, description="Its weight in its dimension, more than 0. Default 1."
    )
    choices: list[Choice] | None = Field(None, description="The choices (single and several), at least two.")
    max: Weight | None = Field(
        None, description="Several choices: points are held to this. Default: the sum of the positive points."
    )
    scale: Scale | None = Field(None, description="The scale (kind scale).")
    low: Text | None = Field(None, description="The words at the least value of a scale.")
    high: Text | None = Field(None, description="The words at the greatest value of a scale.")
    explanations: list[LevelText] | None = Field(
        None, description="Several and scale: explanations by share of the points."
    )
    step: SmallThing | None = Field(None, description="What to do to win the missing points: it feeds the next steps.")
    not_applicable: Text | None = Field(None, description="The words of “does not concern me”; offered when given.")
    not_for: list[Code] = Field([], description="Sub-sectors or families for which the question never applies.")
    only_if: OnlyIf | None = Field(None, description="Asked only after certain answers to an earlier question.")


class Dimension(Part):
    """A theme of the questionnaire: one page."""

    code: Code = Field(description="Stable over versions; unique.")
    title: Text = Field(description="Short: it labels a bar.")
    intro: Text | None = Field(None, description="One line at the top of the page.")
    weight: Weight = Field(
        Fraction(1), validate_default=False, description="Its weight in the score, more than 0. Default 1."
    )
    strong: Text | None = Field(None, description="The sentence of the result when this is what goes best.")
    weak: Text | None = Field(None, description="The sentence of the result when this is where most is missing.")
    tonight: SmallThing | None = Field(None, description="One small thing to do tonight, shown after the page.")
    questions: list[Question] = Field(min_length=1, description="The questions in the order in which they are asked.")


class Band(Part):
    """A stretch of the score with the sentence that a kind adviser would say."""

    code: Code = Field(description="Stable; unique.")
    start: int = Field(
        alias="from", ge=0, le=100, description="The least score of the band; the first is from 0, ascending."
    )
    title: Text = Field(description="A few words.")
    sentence: Text | None = Field(None, description="What a kind adviser would say; never a verdict.")


class Questionnaire(Part):
    """questionnaire.yaml: the self-diagnostic."""

    code: Code = Field(description="The questionnaire's own code.")
    title: Text = Field(description="Its name.")
    intro: Text | None = Field(None, description="One or two sentences before the first question.")
    minutes: Minutes = Field(10, description="How long the whole takes.")
    bands: list[Band] = Field([], description="Stretches of the score, ascending.")
    dimensions: list[Dimension] = Field(min_length=1, description="The themes, one a page.")


class Mark(Part):
    """A level to reach: exactly one of `question`, `dimension`, `topic`."""

    question: Code | None = Field(None, description="A question that must be reached.")
    dimension: Code | None = Field(None, description="A dimension that must be reached.")
    topic: Code | None = Field(None, description="A topic whose goal must be reached (prerequisites only).")
    at_least: Share | None = Field(None, description="The share of the points, above 0 and at most 1. Default 1.")


class FreeTool(Part):
    """A free tool, explained in one line."""

    name: Text = Field(description="Its name, or what it is.")
    what: Text = Field(description="What it is for, in one line.")
    minutes: Minutes = Field(description="How long it takes to set up.")


class Topic(Part):
    """A training topic, with the rule by which it is recommended."""

    code: Code = Field(description="Stable over versions; unique.")
    title: Text = Field(description="Its name.")
    promise: Text | None = Field(None, description="What one can do after it, in a sentence.")
    contents: Lines | None = Field(None, description="What happens in it: some lines for each language.")
    level: Literal["starter", "going", "confident"] = Field("starter", description="For whom.")
    hours: Annotated[int, Field(ge=1, le=100)] = Field(3, description="How long it lasts.")
    prerequisite: Text | None = Field(None, description="In words: what one should have or know.")
    goal_text: Text | None = Field(None, description="In words: what is reached at the end.")
    free_tools: list[FreeTool] = Field([], description="Free tools that it shows.")
    alone: Text | None = Field(None, description="What to do alone when no date is planned.")
    raises: dict[Code, Share] = Field(
        min_length=1, description="Questions it raises, and how much of what is missing there."
    )
    after: list[Mark] = Field([], description="What must be mastered first.")
    goal: list[Mark] = Field([], description="When it is pointless: all of these are reached.")
    not_for: list[Code] = Field([], description="Sub-sectors or families where it is never proposed.")


class Topics(Part):
    """topics.yaml: the training topics, in the order that decides between equal needs."""

    topics: list[Topic] = Field(description="The topics; the list may be empty.")


class Family(Part):
    """A group of sub-sectors."""

    code: Code = Field(description="Stable; unique among families and sub-sectors.")
    name: Text = Field(description="Its name.")


class TopicInSector(Part):
    """What one topic is for one trade."""

    weight: Weight = Field(
        Fraction(1), validate_default=False, description="How much more or less it matters here. Default 1."
    )
    example: Text | None = Field(None, description="An example of its own to the trade.")


class SubSector(Part):
    """A trade."""

    code: Code = Field(description="Stable; unique among families and sub-sectors.")
    family: Code = Field(description="The family it belongs to.")
    name: Text = Field(description="The trade, as on a shop sign.")
    plural: Text | None = Field(None, description="The trade in the plural: “41 florists”.")
    keywords: Lines | None = Field(None, description="What a person might type to find it.")
    nace: list[Nace] = Field([], description="Four-digit NACE codes of the edition.")
    topics: dict[Code, TopicInSector] = Field({}, description="Topics that matter more or less here, with examples.")


class Sectors(Part):
    """sectors.yaml: the sub-sectors and their families."""

    edition: Words = Field(description="The edition of NACE that the codes are of.")
    families: list[Family] = Field(min_length=1, description="The families, in order.")
    sub_sectors: list[SubSector] = Field(min_length=1, description="The sub-sectors, in order.")


class Profile(Part):
    """A shop that one may meet: how far it is, from which its answers follow."""

    code: Code = Field(description="Stable; unique.")
    name: Text = Field(description="A few words.")
    description: Text | None = Field(None, description="The shop, as an adviser would describe it.")
    level: Start = Field(
        Fraction(0), validate_default=False, description="How far it is, from 0 to 1, where nothing else is said."
    )
    levels: dict[Code, Start] = Field({}, description="How far it is in some dimensions.")
    answers: dict[Code, GivenAnswer] = Field(
        {}, description="Its answers to some questions, as in an answers file: they go before the levels."
    )


class Profiles(Part):
    """profiles.yaml: the shops for which `load_programme --check` judges the advice."""

    middling: Code = Field(description="The profile for which the sub-sectors must differ.")
    at_least_different: Annotated[int, Field(ge=1)] = Field(
        description="So many different lists of topics (other topics, or another order) over the sub-sectors."
    )
    at_most: Share = Field(
        Fraction(3, 5),
        validate_default=False,
        description="No topic in more than this share of the cases. Default 3/5.",
    )
    profiles: list[Profile] = Field(min_length=1, description="The profiles, in order.")


def as_data(part: Part) -> dict[str, Any]:
    """The checked part as JSON data, numbers exact as text: what a version stores and the engine reads."""
    return part.model_dump(mode="json", by_alias=True, exclude_none=True)
