"""Random questionnaires of any shape the format allows, as the plain data that the engine reads and the files hold."""

from fractions import Fraction
from random import Random

from questionnaires.engine.definition import points_of

TITLE = {"en": "Words"}
SHARES = ["1", "1/2", "1/3", "2/3", "3/4"]
WEIGHTS = ["1", "1", "2", "3/2", "1/3", "0.25"]


def a_case(random: Random, questions: int) -> dict:
    """A version's data: a questionnaire with so many questions, and perhaps topics and sub-sectors."""
    dimensions = [[] for _ in range(random.randint(1, min(10, questions)))]
    for index in range(questions):
        place = index if index < len(dimensions) else random.randrange(len(dimensions))
        dimensions[place].append(f"q{index}")
    earlier: list[dict] = []
    written = []
    for index, codes in enumerate(dimensions):
        own = []
        for code in codes:
            own.append(a_question(random, code, earlier))
            earlier.append(own[-1])
        written.append({"code": f"d{index}", "title": TITLE, "weight": random.choice(WEIGHTS), "questions": own})
    bands = [{"code": f"b{start}", "from": start, "title": TITLE} for start in (0, 30, 70)]
    own_topics = topics(random, earlier, [dimension["code"] for dimension in written])
    return {
        "questionnaire": {"code": "any", "title": TITLE, "bands": bands, "dimensions": written},
        "topics": own_topics,
        "families": [{"code": "family", "name": TITLE}],
        "sub_sectors": [a_trade(random, f"trade-{name}", own_topics) for name in "ab"],
        "edition": "any",
    }


def a_question(random: Random, code: str, earlier: list[dict]) -> dict:
    kind = random.choice(["single", "several", "scale"])
    question = {"code": code, "kind": kind, "text": TITLE, "weight": random.choice(WEIGHTS)}
    if kind == "scale":
        low = random.randint(-2, 2)
        question["scale"] = {"min": low, "max": low + random.randint(1, 5)}
    else:
        question["choices"] = choices(random, kind)
        positive = [points for points in map(Fraction, (c["points"] for c in question["choices"])) if points > 0]
        if kind == "several" and random.random() < 0.4:
            question["max"] = str(random.choice([max(positive), sum(positive), sum(positive) / 2]))
    if random.random() < 0.3:
        question["not_applicable"] = TITLE
    if random.random() < 0.15:
        question["not_for"] = [random.choice(["family", "trade-a", "trade-b"])]
    if earlier and random.random() < 0.4:
        question["only_if"] = condition(random, random.choice(earlier))
    return question


def choices(random: Random, kind: str) -> list[dict]:
    lowest = -2 if kind == "several" else 0
    points = [random.choice([str(random.randint(lowest, 4)), "1/2", "0.75"]) for _ in range(random.randint(1, 5))]
    found = [{"code": f"c{index}", "points": value, "text": TITLE} for index, value in enumerate([*points, "3/2"])]
    if kind == "several":
        found.append({"code": "none", "points": "0", "none": True, "text": TITLE})
    random.shuffle(found)
    return found


def condition(random: Random, question: dict) -> dict:
    """Opened by an upward closed set of the earlier question's answers."""
    points = points_of(question)
    least = random.choice(sorted(points.values()))
    listed = [code for code, value in points.items() if value >= least]
    if question["kind"] == "several":
        listed = [code for code, value in points.items() if value > 0 or random.random() < 0.2]
    return {"question": question["code"], "any": listed}


def topics(random: Random, questions: list[dict], dimensions: list[str]) -> list[dict]:
    codes = [question["code"] for question in questions]
    found: list[dict] = []
    for index in range(random.choice([0, 0, 3, 12, 29])):
        topic = {"code": f"t{index}", "title": TITLE}
        raised = random.sample(codes, random.randint(1, min(4, len(codes))))
        topic["raises"] = {code: random.choice(SHARES) for code in raised}
        marks = [{"question": random.choice(codes)}, {"dimension": random.choice(dimensions)}]
        topic["goal"] = [mark | {"at_least": random.choice(SHARES)} for mark in marks if random.random() < 0.5]
        topic["after"] = [mark | {"at_least": random.choice(SHARES)} for mark in marks if random.random() < 0.15]
        if found and random.random() < 0.4:
            topic["after"].append({"topic": random.choice(found)["code"]})
        topic["not_for"] = ["trade-a"] if random.random() < 0.1 else []
        found.append(topic)
    return found


def a_trade(random: Random, code: str, own_topics: list[dict]) -> dict:
    weighed = {topic["code"]: {"weight": random.choice(WEIGHTS)} for topic in own_topics if random.random() < 0.3}
    return {"code": code, "family": "family", "name": TITLE, "topics": weighed}


def all_questions(data: dict) -> list[dict]:
    return [question for dimension in data["questionnaire"]["dimensions"] for question in dimension["questions"]]


def an_answer(random: Random, question: dict) -> object:
    """A proper answer to the question, neither of the reserved ones."""
    if question["kind"] == "scale":
        return random.randint(question["scale"]["min"], question["scale"]["max"])
    codes = [choice["code"] for choice in question["choices"] if not choice.get("none")]
    if question["kind"] == "single":
        return random.choice(codes)
    return random.sample(codes, random.randint(1, len(codes))) if random.random() < 0.85 else ["none"]


def some_answers(random: Random, data: dict) -> dict:
    """Answers, some of them not known, not applicable or left out."""
    found = {}
    for question in all_questions(data):
        chance = random.random()
        if chance < 0.1:
            found[question["code"]] = "dont-know"
        elif chance < 0.2 and question.get("not_applicable"):
            found[question["code"]] = "not-applicable"
        elif chance < 0.9:
            found[question["code"]] = an_answer(random, question)
    return found
