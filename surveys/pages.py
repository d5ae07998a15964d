"""Questions as a page draws them, with what is ticked and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.asked import Asked


@dataclass(frozen=True, slots=True)
class Drawn:
    question: Asked
    said: frozenset[str] = frozenset()
    words: str = ""
    mistake: str = ""

    @property
    def values(self) -> list[str]:
        return [str(value) for value in self.question.values]


def drawn(
    questions: Sequence[Asked],
    said: Mapping[str, Sequence[str]] | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> list[Drawn]:
    here, wrong = said or {}, mistakes or {}
    return [_drawn(question, here.get(question.code, ()), wrong.get(question.code, "")) for question in questions]


def _drawn(question: Asked, said: Sequence[str], mistake: str) -> Drawn:
    words = "".join(said)[:4000] if question.kind == "text" else ""
    return Drawn(question, frozenset(said), words, mistake)
