"""What a result page and its PDF say, made from what was stored and in the reader's language; nothing is computed anew."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from diagnostics.models import Diagnostic
from questionnaires.engine.answers import State, choices_in
from questionnaires.engine.definition import DONT_KNOW, NOT_APPLICABLE
from questionnaires.texts import said
from rendering import dates

STEPS = 3
REASONS = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One dimension of the profile, out of 100; `peer` is the mean of the shops compared with."""

    label: str
    value: int | None
    peer: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One dimension then and now, on the questions that both versions share."""

    label: str
    previous: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Small:
    """A small thing to do, with its minutes; `worth` in points out of 100 where it wins some."""

    title: str
    text: str
    minutes: int
    worth: Decimal | None = None

    @property
    def gain(self) -> str:
        """“up to + 4.5 points”; nothing where no points are to be won."""
        return _("up to + %(points)s") % {"points": points_text(self.worth)} if self.worth else ""


@dataclass(frozen=True, slots=True)
class ProposedTopic:
    code: str
    rank: int
    title: str
    promise: str
    reasons: tuple[str, ...]
    more_reasons: tuple[str, ...]
    example: str
    alone: str
    tools: tuple[Small, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One question: what was answered, what it brought and what it still could, in points out of 100."""

    question: str
    answer: str
    explanation: str
    gained: Decimal
    missed: Decimal
    is_unknown: bool
    applies: bool


@dataclass(frozen=True, slots=True)
class LedgerPart:
    title: str
    rows: tuple[LedgerRow, ...]

    @property
    def gained(self) -> Decimal:
        return sum((row.gained for row in self.rows), Decimal(0))

    @property
    def missed(self) -> Decimal:
        return sum((row.missed for row in self.rows), Decimal(0))


class ResultView:
    """A completed diagnostic, ready to be shown."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        self.version = diagnostic.version
        self.stored: Mapping[str, Any] = diagnostic.handed_over
        self.trade = self.version.prepared.sub_sectors.get(diagnostic.sub_sector.code, {})
        self.lines = {line["question"]: line for line in self.stored["ledger"]}

    @property
    def trade_name(self) -> str:
        """As the version calls it; what came later than the version is called as today."""
        return said(self.trade.get("name")) or self.diagnostic.sub_sector.name

    @property
    def score(self) -> int | None:
        value: int | None = self.stored["score"]
        return value

    @property
    def high(self) -> int | None:
        return int(self.stored["range"][1]) if self.stored["range"] else None

    @property
    def is_range(self) -> bool:
        return self.score is not None and self.high != self.score

    @cached_property
    def band(self) -> Mapping[str, Any]:
        bands = self.version.prepared.questionnaire.get("bands") or []
        return next((band for band in bands if band["code"] == self.stored["band"]), {})

    @property
    def title(self) -> str:
        return said(self.band.get("title")) or _("Your result")

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What is there before what is missing: the best dimension, the band's sentence, the weakest one."""
        strong, weak = self._extremes()
        said_ones = (
            said(strong.get("strong")) if strong else "",
            said(self.band.get("sentence")),
            said(weak.get("weak")) if weak else "",
        )
        return tuple(sentence for sentence in said_ones if sentence)

    def _extremes(self) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
        """The dimension that goes best (from half on) and the one where most points are missing."""
        scored = [d for d in self.dimensions if self._level(d["code"]) is not None]
        if not scored:
            return None, None
        best = max(scored, key=lambda d: self._level(d["code"]) or 0)
        missing = {d["code"]: sum(self.lines[q["code"]]["missed"] for q in d["questions"]) for d in scored}
        worst = max(scored, key=lambda d: missing[d["code"]])
        strong = best if (self._level(best["code"]) or 0) >= 50 else None
        return strong, worst if missing[worst["code"]] and worst is not strong else None

    @cached_property
    def dimensions(self) -> list[dict[str, Any]]:
        return self.version.dimensions

    def _level(self, code: str) -> int | None:
        level: int | None = self.stored["dimensions"][code]["score"]
        return level

    @cached_property
    def profile(self) -> list[Bar]:
        peers = (self.stored["peers"] or {}).get("dimensions", {})
        return [Bar(said(d["title"]), self._level(d["code"]), peers.get(d["code"])) for d in self.dimensions]

    @cached_property
    def peers_sentence(self) -> str:
        """Who the marks stand for: how many, since when; or that there are too few yet."""
        peers = self.stored["peers"]
        if not peers:
            return ""
        since = date_format(date.fromisoformat(peers["since"]), "F Y")
        values = {"n": number_format(peers["n"]), "since": since, "who": self._peers_name(peers["among"])}
        if peers["among"] == "all":
            return _("mean of %(n)s shops of all trades, since %(since)s") % values
        if peers["among"] == "family":
            return (
                _("mean of %(n)s shops of the family “%(who)s”, since %(since)s (too few of your trade yet)") % values
            )
        return _("mean of %(n)s shops of your trade (%(who)s), since %(since)s") % values

    def _peers_name(self, among: str) -> str:
        trade = self.diagnostic.sub_sector
        if among == "family":
            family = self.version.prepared.families.get(self.trade.get("family", ""), {})
            return said(family.get("name")) or trade.family.name
        return said(self.trade.get("plural")) or trade.plural

    @cached_property
    def unknown_questions(self) -> list[str]:
        """The questions behind the range."""
        return [self._question_text(code) for code in self._in_order() if self.lines[code]["unknown"]]

    @cached_property
    def steps(self) -> list[Small]:
        """The next steps that win most, among the questions that were asked."""
        asked = {State.ANSWERED, State.UNKNOWN, State.UNANSWERED}
        order = sorted(self._in_order(), key=lambda code: (-self.lines[code]["missed"], code))
        open_ones = [
            self.version.question(code)
            for code in order
            if self.lines[code]["missed"] and self.lines[code]["state"] in asked
        ]
        with_step = [question for question in open_ones if question.get("step")]
        return [_small(question["step"], self._missed(question["code"])) for question in with_step[:STEPS]]

    @cached_property
    def topics(self) -> list[ProposedTopic]:
        return [self._topic(stored) for stored in self.stored["topics"]]

    def _topic(self, stored: Mapping[str, Any]) -> ProposedTopic:
        topic = self.version.topic(stored["code"])
        reasons = tuple(self._reason(reason) for reason in stored["reasons"])
        here = (self.trade.get("topics") or {}).get(stored["code"], {})
        return ProposedTopic(
            code=stored["code"],
            rank=stored["rank"],
            title=said(topic["title"]),
            promise=said(topic.get("promise")),
            reasons=(*reasons[:REASONS], *self._weight_reason(Fraction(stored["weight"]))),
            more_reasons=reasons[REASONS:],
            example=said(here.get("example")),
            alone=said(topic.get("alone")),
            tools=tuple(
                Small(said(tool["name"]), said(tool["what"]), tool["minutes"]) for tool in topic.get("free_tools") or ()
            ),
            after=tuple(said(self.version.topic(code)["title"]) for code in stored["after"]),
        )

    def _reason(self, reason: Mapping[str, Any]) -> str:
        code = reason["question"]
        values = {
            "question": in_quotes(self._question_text(code)),
            "answer": in_quotes(self._answer_text(code)),
            "points": points_text(self._missed(code)),
        }
        state = self.lines[code]["state"]
        if state in (State.HIDDEN, State.POSSIBLE):
            return _("It also prepares “%(question)s” (%(points)s to gain).") % values
        if state == State.UNANSWERED:
            return _("You left “%(question)s” open (%(points)s to gain).") % values
        return _("To “%(question)s” you answered “%(answer)s” (%(points)s to gain).") % values

    def _weight_reason(self, weight: Fraction) -> Iterator[str]:
        values = {"trade": self.trade_name, "times": number_format(f"{float(weight):.3g}")}
        if weight > 1:
            yield (
                _("In your trade (%(trade)s) this topic matters more than elsewhere: it counts %(times)s times.")
                % values
            )
        elif weight < 1:
            yield (
                _("In your trade (%(trade)s) this topic matters less than elsewhere: it counts %(times)s times.")
                % values
            )

    @cached_property
    def tools(self) -> list[Small]:
        """The free tools of the proposed topics, each once."""
        by_title = {tool.title: tool for topic in self.topics for tool in topic.tools}
        return list(by_title.values())

    @cached_property
    def first_tools(self) -> list[Small]:
        """One free tool for each proposed topic, for where there is little room."""
        firsts = {topic.tools[0].title: topic.tools[0] for topic in self.topics if topic.tools}
        return list(firsts.values())

    @cached_property
    def tonight(self) -> list[Small]:
        """One small thing for each dimension in which something is missing, the weakest first."""
        weakest = sorted(self.dimensions, key=lambda d: (self._level(d["code"]) is None, self._level(d["code"]) or 0))
        missing = (d for d in weakest if self._level(d["code"]) not in (None, 100))
        return [_small(d["tonight"]) for d in missing if d.get("tonight")]

    @cached_property
    def ledger(self) -> list[LedgerPart]:
        return [
            LedgerPart(said(d["title"]), tuple(self._ledger_row(q["code"]) for q in d["questions"]))
            for d in self.dimensions
        ]

    @property
    def gained(self) -> Decimal:
        return sum((part.gained for part in self.ledger), Decimal(0))

    @property
    def missed(self) -> Decimal:
        return sum((part.missed for part in self.ledger), Decimal(0))

    def _ledger_row(self, code: str) -> LedgerRow:
        line = self.lines[code]
        return LedgerRow(
            question=self._question_text(code),
            answer=self._answer_text(code),
            explanation=self._explanation(code),
            gained=tenths(line["gained"]),
            missed=tenths(line["missed"]),
            is_unknown=line["unknown"],
            applies=line["state"] != State.NOT_APPLICABLE,
        )

    @cached_property
    def changes(self) -> list[Change]:
        """Then and now, where the shop has an earlier result that shares questions with this one."""
        previous = self.stored["previous"]
        if not previous or not previous["questions"]:
            return []
        levels = previous["dimensions"]
        whole = Change(_("The whole"), *previous["score"])
        return [whole, *(Change(said(d["title"]), *levels[d["code"]]) for d in self.dimensions if d["code"] in levels)]

    @cached_property
    def changes_sentence(self) -> str:
        previous = self.stored["previous"]
        if not self.changes:
            return ""
        sentence = ngettext(
            "Since %(date)s, on the %(n)s question that both questionnaires share.",
            "Since %(date)s, on the %(n)s questions that both questionnaires share.",
            previous["questions"],
        )
        return sentence % {"date": dates.day(date.fromisoformat(previous["on"])), "n": previous["questions"]}

    def _in_order(self) -> list[str]:
        return [question["code"] for dimension in self.dimensions for question in dimension["questions"]]

    def _missed(self, code: str) -> Decimal:
        return tenths(self.lines[code]["missed"])

    def _question_text(self, code: str) -> str:
        return said(self.version.question(code)["text"])

    def _answer_text(self, code: str) -> str:
        state = self.lines[code]["state"]
        question = self.version.question(code)
        answer = self.diagnostic.answers.get(code)
        if state in (State.HIDDEN, State.POSSIBLE):
            return _("Not asked, after your answer to an earlier question")
        if state == State.NOT_APPLICABLE:
            return (
                said(question.get("not_applicable")) if answer == NOT_APPLICABLE else _("Does not concern your trade")
            )
        if answer is None:
            return _("No answer")
        if answer == DONT_KNOW:
            return _("I don’t know")
        if question["kind"] == "scale":
            return _("%(value)s, on a scale from %(least)s to %(most)s") % {
                "value": answer,
                "least": question["scale"]["min"],
                "most": question["scale"]["max"],
            }
        chosen = set(choices_in(answer))
        return pgettext("between two answers", "; ").join(
            said(choice["text"]) for choice in question["choices"] if choice["code"] in chosen
        )

    def _explanation(self, code: str) -> str:
        if self.lines[code]["state"] != State.ANSWERED:
            return ""
        question = self.version.question(code)
        chosen = choices_in(self.diagnostic.answers[code])
        if levels := question.get("explanations"):
            ratio = self.version.engine_question(code).ratio(chosen)
            reached = [level for level in levels if Fraction(level["from"]) <= ratio]
            return said(reached[-1]["text"]) if reached else ""
        explained = (choice.get("explanation") for choice in question["choices"] if choice["code"] in chosen)
        return " ".join(said(text) for text in explained if text)


def _small(data: Mapping[str, Any], worth: Decimal | None = None) -> Small:
    return Small(said(data["title"]), said(data["text"]), data["minutes"], worth)


def tenths(points: float) -> Decimal:
    """Points as stored, with their one decimal."""
    return Decimal(str(points)).quantize(Decimal("0.1"))


def in_quotes(text: str) -> str:
    """A text that will stand between quotation marks: its own become the inner ones."""
    return re.sub("«\u00a0?", "“", re.sub("\u00a0?»", "”", text))


def points_text(points: Decimal) -> str:
    number = number_format(points, decimal_pos=1)
    return ngettext("%(n)s point", "%(n)s points", 1 if points <= 1 else 2) % {"n": number}
