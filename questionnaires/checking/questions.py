from collections.abc import Iterable, Mapping
from fractions import Fraction

from questionnaires.checking.written import Written, check_known, check_unique
from questionnaires.engine.definition import RESERVED_CODES, Kind

# The keys of a question that only some kinds have.
KINDS_OF_KEY = {
    "choices": {Kind.SINGLE, Kind.SEVERAL},
    "max": {Kind.SEVERAL},
    "scale": {Kind.SCALE},
    "low": {Kind.SCALE},
    "high": {Kind.SCALE},
    "explanations": {Kind.SEVERAL, Kind.SCALE},
}
LONGEST_SCALE = 100
Points = Mapping[str, Fraction]


def check_questionnaire(questionnaire: Written, sectors: Written | None) -> None:
    """Everything that the form alone can't say about questionnaire.yaml."""
    dimensions = questionnaire.items("dimensions")
    questions = questions_of(questionnaire)
    check_unique(questionnaire.items("bands"), "bands")
    check_unique(dimensions, "dimensions")
    check_unique(questions, "questions")
    _check_ascending(questionnaire.items("bands"), "bands")
    for question in questions:
        _check_question(question)
        check_known(question.items("not_for"), names_of_trades(sectors), "a sub-sector or family of sectors.yaml")
    _check_conditions(questions)


def questions_of(questionnaire: Written) -> list[Written]:
    return [question for dimension in questionnaire.items("dimensions") for question in dimension.items("questions")]


def names_of_trades(sectors: Written | None) -> list[str]:
    """Codes by which a rule may mean trades; none while they are not known."""
    return [place.code for key in ("families", "sub_sectors") for place in (sectors.items(key) if sectors else ())]


def _check_ascending(stretches: list[Written], what: str) -> None:
    previous: Fraction | None = None
    for stretch in stretches:
        start = stretch.number("from")
        if start is None:
            return
        if previous is None and start != 0:
            stretch.blame(f"the first of the {what} must be from 0, not {start}; lower it or add one before it", "from")
        if previous is not None and start <= previous:
            stretch.blame(f"the {what} must ascend: {start} follows {previous}; put them in order", "from")
        previous = start


def _check_question(question: Written) -> None:
    kind = question.text("kind")
    if kind not in Kind:
        return
    for key, kinds in KINDS_OF_KEY.items():
        if key in question and kind not in kinds:
            names = " or ".join(sorted(kinds))
            question.blame(f"`{key}` belongs to questions of kind {names}, not {kind}; take it out", key)
    _check_ascending(question.items("explanations"), "explanations")
    if kind == Kind.SCALE:
        _check_scale(question)
    else:
        _check_choices(question, kind)
    points = points_of(question)
    if points is not None and not any(value > 0 for value in points.values()):
        question.blame(
            "the highest points are 0; give at least one answer more than 0",
            "scale" if kind == Kind.SCALE else "choices",
        )
    elif points is not None and kind == Kind.SEVERAL:
        _check_max(question, points)


def _check_choices(question: Written, kind: str) -> None:
    choices = question.items("choices")
    if "choices" not in question:
        question.blame(f"`choices` is missing; a question of kind {kind} has at least two")
    elif len(choices) < 2:
        question.blame("`choices` needs at least 2; add what is missing", "choices")
    check_unique(choices, f"choices of `{question.code}`")
    for choice in choices:
        if choice.code in RESERVED_CODES:
            choice.blame(f"`{choice.code}` is reserved: the portal offers it itself; take the choice out", "code")
        if "none" in choice and choice.data["none"] is True:
            _check_none(choice, kind)


def _check_none(choice: Written, kind: str) -> None:
    if kind != Kind.SEVERAL:
        choice.blame("`none` belongs to questions of kind several; take it out", "none")
    points = choice.number("points")
    if points:
        choice.blame(f"“none of these” is worth 0 points, not {points}; write points: 0", "points")


def _check_scale(question: Written) -> None:
    if "scale" not in question:
        question.blame("`scale` is missing; write scale: {min: 0, max: 5}")
        return
    scale = question.at("scale")
    least, greatest = scale.number("min"), scale.number("max")
    if least is None or greatest is None:
        return
    if least >= greatest:
        scale.blame(f"`max` must be more than `min` ({least}), not {greatest}; correct one of them", "max")
    elif greatest - least > LONGEST_SCALE:
        scale.blame(f"the scale is longer than {LONGEST_SCALE} steps; shorten it", "max")
    elif "points" in scale and len(scale.items("points")) != greatest - least + 1:
        given = len(scale.items("points"))
        scale.blame(f"`points` needs one for each of the {greatest - least + 1} values, not {given}", "points")


def _check_max(question: Written, points: Points) -> None:
    given = question.number("max")
    possible = sum((value for value in points.values() if value > 0), Fraction(0))
    if given is not None and given > possible:
        question.blame(f"`max` is {given}, but all positive points together are {possible}; lower it", "max")


def points_of(question: Written) -> Points | None:
    """Points by choice, or by value on a scale; None while they can't be told."""
    if question.text("kind") != Kind.SCALE:
        found = [(choice.code, choice.number("points")) for choice in question.items("choices")]
    else:
        found = _points_on_scale(question)
    points = {code: value for code, value in found if value is not None}
    return points if found and len(points) == len(found) else None


def _points_on_scale(question: Written) -> list[tuple[str, Fraction | None]]:
    scale = question.at("scale")
    least, greatest = scale.number("min"), scale.number("max")
    if least is None or greatest is None or not 0 < greatest - least <= LONGEST_SCALE:
        return []
    values = range(int(least), int(greatest) + 1)
    points = scale.numbers("points") if "points" in scale else [Fraction(value) - least for value in values]
    return [(str(value), point) for value, point in zip(values, points, strict=False)]


def _check_conditions(questions: list[Written]) -> None:
    every = {question.code: question for question in questions if question.code}
    earlier: set[str] = set()
    for question in questions:
        if "only_if" in question:
            _check_condition(question, every, earlier)
        earlier.add(question.code)


def _check_condition(question: Written, every: Mapping[str, Written], earlier: Iterable[str]) -> None:
    condition = question.at("only_if")
    code = condition.text("question")
    if not code:
        return
    if code not in every:
        condition.blame(f"there is no question `{code}`; correct the code", "question")
    elif code == question.code:
        condition.blame("a question can't depend on itself; name an earlier one", "question")
    elif code not in earlier:
        condition.blame(f"`{code}` comes later; only an earlier question can open this one", "question")
    else:
        _check_opening(condition, every[code])


def _check_opening(condition: Written, earlier: Written) -> None:
    """The choices exist, and improving the earlier answer can't close the question."""
    points = points_of(earlier)
    if points is None:
        return
    listed = {str(item.data): item for item in condition.items("any") if isinstance(item.data, str | int)}
    for code, item in listed.items():
        if code not in points:
            item.blame(f"`{earlier.code}` has no choice `{code}`; it has {', '.join(points)}")
    known = [points[code] for code in listed if code in points]
    if not known:
        return
    least = min(known)
    several = earlier.text("kind") == Kind.SEVERAL
    closing = [
        code for code, value in points.items() if code not in listed and (value > 0 if several else value >= least)
    ]
    if closing:
        reason = "every choice worth points must be listed" if several else "every choice worth as much must be listed"
        condition.blame(f"a better answer would close this question: {reason}; add {', '.join(closing)}", "any")
