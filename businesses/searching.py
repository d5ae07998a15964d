"""Finding somebody by a part of what is known: accents, capitals and signs make no difference; other scripts are kept as they are."""

from collections.abc import Iterable

from programmes.folding import folded


def key_of(texts: Iterable[str]) -> str:
    """`["Élodie Noël", "e.noel@x.example"]` -> `elodie noel e noel x example`."""
    return " ".join(words_of(" ".join(texts)))


def words_of(typed: str) -> list[str]:
    return [part for word in typed.split() for part in folded(word).split() or [word.lower()]]
