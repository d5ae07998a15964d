"""What people and shops are called, as it is kept: whatever way a name comes in, it goes through here."""

import re
import unicodedata
from typing import Any

from django import forms

BLANKS = re.compile(r"\s+")
# Controls, halves of pairs, private signs, and signs that only turn or join others: nobody sees them, and two names that look
# the same would be two.
UNSEEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn"])
BLANK_LETTERS = str.maketrans(
    dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " ")
)  # of no width or no ink, and yet letters


def tidied(name: str) -> str:
    """Composed, on one line, without anything that is not seen: `Zoe\\u0301\\u200b  Lambert` -> `Zoé Lambert`."""
    composed = BLANKS.sub(" ", unicodedata.normalize("NFC", name.translate(BLANK_LETTERS)))
    return "".join(letter for letter in composed if unicodedata.category(letter) not in UNSEEN).strip()


class NameField(forms.CharField):
    """A name that somebody types; of nothing that is seen it is empty."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(tidied(str(value)) if value not in self.empty_values else value))
