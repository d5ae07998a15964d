"""One spelling for searching and sorting: lower case, without accents or punctuation. The database has no ICU to do it."""

import re
import unicodedata

LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def folded(text: str) -> str:
    """`Pâtisserie-Œuvre, "L'Été"` -> `patisserie oeuvre l ete`."""
    return NOT_A_WORD.sub(" ", without_accents(text.lower().translate(LETTERS))).strip()


def without_accents(text: str) -> str:
    """`Été` -> `Ete`."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def search_key(texts: list[str]) -> str:
    """All words of all texts, each once and after a space: a word that begins with "fleu" holds " fleu"."""
    words = dict.fromkeys(word for text in texts for word in folded(text).split())
    return "".join(f" {word}" for word in words)


def without_plural(word: str) -> str:
    """A plural as a beginning of its singular: "bouchers" finds "boucher", "gateaux" finds "gateau"."""
    return re.sub(r"(?<=...)[sx]$", "", word)
