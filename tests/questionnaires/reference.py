"""The rules of docs/questionnaire-format.md once more, straight from the words: a Fraction at each step, no short cuts."""

from fractions import Fraction as F
from math import floor


def ratio(question, answer):
    points, highest = worth(question)
    codes = [str(code) for code in (answer if isinstance(answer, list) else [answer])]
    return min(max(sum(points[code] for code in codes), F(0)), highest) / highest


def worth(question):
    if question["kind"] == "scale":
        scale = question["scale"]
        values = list(range(scale["min"], scale["max"] + 1))
        points = {str(v): F(p) for v, p in zip(values, scale.get("points") or range(len(values)), strict=True)}
        return points, max(points.values())
    points = {choice["code"]: F(choice["points"]) for choice in question["choices"]}
    if question["kind"] == "single":
        return points, max(points.values())
    return points, F(question.get("max") or sum(p for p in points.values() if p > 0))


def stand(data, answers, trade):
    """(state, ratio) by question; state is one of counts, open (not known), out (not applicable)."""
    family = {item["code"]: item["family"] for item in data["sub_sectors"]}
    found = {}
    for dimension in data["questionnaire"]["dimensions"]:
        for question in dimension["questions"]:
            found[question["code"]] = stand_of(question, answers, found, {trade, family.get(trade)})
    return found


def stand_of(question, answers, found, names):
    answer = answers.get(question["code"])
    if names & set(question.get("not_for") or ()):
        return "out", F(0)
    if condition := question.get("only_if"):
        state, _ = found[condition["question"]]
        given = answers.get(condition["question"])
        if state == "out" or state == "open":
            return state, F(0)
        given = [str(code) for code in (given if isinstance(given, list) else [given])]
        if state == "closed" or not set(map(str, condition["any"])) & set(given):
            return "closed", F(0)
    if answer is None or answer == "dont-know":
        return "open", F(0)
    if answer == "not-applicable":
        return "out", F(0)
    return "counts", ratio(question, answer)


def mean(pairs):
    total = sum(weight for weight, _ in pairs)
    return sum(weight * value for weight, value in pairs) / total if total else None


def level(data, stands, full):
    """The exact score of all and of each dimension; `full` puts what is open at its best."""
    dimensions = {}
    for dimension in data["questionnaire"]["dimensions"]:
        pairs = []
        for question in dimension["questions"]:
            state, value = stands[question["code"]]
            if state != "out":
                pairs.append((F(question["weight"]), F(1) if full and state == "open" else value))
        dimensions[dimension["code"]] = (F(dimension["weight"]), mean(pairs))
    whole = mean([pair for pair in dimensions.values() if pair[1] is not None])
    return whole, {code: value for code, (_, value) in dimensions.items()}


def rounded(value):
    return None if value is None else floor(100 * value + F(1, 2))


def worths(data, stands):
    """By applicable question: its share of the 100 points."""
    found = {}
    kept = {
        d["code"]: [q for q in d["questions"] if stands[q["code"]][0] != "out"]
        for d in data["questionnaire"]["dimensions"]
    }
    total = sum(F(d["weight"]) for d in data["questionnaire"]["dimensions"] if kept[d["code"]])
    for dimension in data["questionnaire"]["dimensions"]:
        own = sum(F(q["weight"]) for q in kept[dimension["code"]])
        for question in kept[dimension["code"]]:
            found[question["code"]] = 100 * F(dimension["weight"]) / total * F(question["weight"]) / own
    return found


def shared_out(amounts, total):
    whole = sum(amounts.values())
    if not whole:
        return dict.fromkeys(amounts, 0)
    quotas = {code: amount * total / whole for code, amount in amounts.items()}
    found = {code: floor(quota) for code, quota in quotas.items()}
    for code in sorted(quotas, key=lambda code: (found[code] - quotas[code], code))[: total - sum(found.values())]:
        found[code] += 1
    return found


def diagnose(data, answers, trade=""):
    stands = stand(data, answers, trade)
    exact, dimensions = level(data, stands, full=False)
    high, _ = level(data, stands, full=True)
    worth_of = worths(data, stands)
    gained = {code: worth_of[code] * stands[code][1] for code in worth_of}
    missed = {code: worth_of[code] - gained[code] for code in worth_of}
    shown = rounded(exact)
    return {
        "score": shown,
        "exact": exact,
        "high": rounded(high),
        "dimensions": dimensions,
        "gained": shared_out(gained, 10 * (shown or 0)),
        "missed": shared_out(missed, 1000 - 10 * (shown or 0)),
        "topics": advice(data, stands, dimensions, missed, trade),
    }


def advice(data, stands, dimensions, missed, trade):
    weights = next((item.get("topics") or {} for item in data["sub_sectors"] if item["code"] == trade), {})
    names = {trade, next((item["family"] for item in data["sub_sectors"] if item["code"] == trade), None)}
    topics = {topic["code"]: topic for topic in data["topics"]}

    def need(topic):
        weight = F(weights.get(topic["code"], {}).get("weight", 1))
        return weight * sum(missed.get(code, F(0)) * F(effect) for code, effect in topic["raises"].items())

    def reached(mark):
        if "topic" in mark:
            return pointless(topics[mark["topic"]])
        if "dimension" in mark:
            value = dimensions[mark["dimension"]]
            return value is None or value >= F(mark["at_least"])
        state, value = stands[mark["question"]]
        return state == "out" or value >= F(mark["at_least"])

    def pointless(topic):
        if names & set(topic["not_for"]) or need(topic) == 0:
            return True
        return bool(topic["goal"]) and all(reached(mark) for mark in topic["goal"])

    waits = {code: [m for m in topic["after"] if not reached(m)] for code, topic in topics.items()}
    by_need = sorted((t for t in topics.values() if not pointless(t)), key=need, reverse=True)
    found = [topic["code"] for topic in by_need if not waits[topic["code"]]][:5]
    while len(found) < 5:
        following = [
            topic["code"]
            for topic in by_need
            if topic["code"] not in found
            and len(waits[topic["code"]]) == 1
            and waits[topic["code"]][0].get("topic") in found
        ]
        if not following:
            break
        found.append(following[0])
    return [(code, need(topics[code])) for code in found]
