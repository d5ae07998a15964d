"""When two descriptions are of one shop. By number and address: the same. By name and postal code: perhaps, a person says.
By name alone: never."""

import re
from dataclasses import dataclass
from enum import Enum

from programmes.folding import folded

LEGAL_FORMS = frozenset(
    [
        "sa",
        "srl",
        "sprl",
        "sc",
        "scrl",
        "snc",
        "scs",
        "asbl",
        "bv",
        "bvba",
        "nv",
        "cv",
        "vof",
        "sarl",
        "sarls",
        "sas",
        "eurl",
        "gmbh",
        "ag",
    ]
)
SHORT_FORMS = {
    "r": "rue",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "boul": "boulevard",
    "pl": "place",
    "ch": "chaussee",
    "chee": "chaussee",
    "rte": "route",
    "st": "saint",
    "ste": "sainte",
    "gd": "grand",
    "gde": "grande",
    "str": "strasse",
}
NOT_TELLING = frozenset(
    ["de", "du", "des", "d", "la", "le", "les", "l", "bte", "boite", "bus", "box", "n", "no", "numero"]
)
PARTS = re.compile(r"[0-9]+|[a-z]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one establishment from another; "" is not known."""

    name: str
    number: str
    street: str
    postal_code: str


class Verdict(Enum):
    SAME = "the same establishment"
    PERHAPS = "perhaps the same: a person says"
    OTHER = "another establishment"


def compared(one: Identity, other: Identity) -> Verdict:
    """Two shops with the same number in two streets are two, and so are two of one name in two places."""
    if one.number and street_key(one.street) and one.postal_code and _by_number(one) == _by_number(other):
        return Verdict.SAME
    if _is_contradicted(one, other):
        return Verdict.OTHER
    if name_key(one.name) and one.postal_code and _by_name(one) == _by_name(other):
        return Verdict.PERHAPS
    return Verdict.OTHER


def name_key(name: str) -> str:
    """The name without accents, punctuation and legal form: "Fleurs Dupont SRL" and "FLEURS DUPONT" are one."""
    words = folded(name.replace(".", "")).split()
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def street_key(street: str) -> str:
    """Street and number however written: "12/3, r. de Fer" and "Rue de Fer 12 bte 3" are one."""
    parts = [SHORT_FORMS.get(part, part) for part in PARTS.findall(folded(street)) if part not in NOT_TELLING]
    first_word = next((place for place, part in enumerate(parts) if len(part) > 1 and part.isalpha()), 0)
    return " ".join(parts[first_word:] + parts[:first_word])


def _by_number(shop: Identity) -> tuple[str, str, str]:
    return shop.number, street_key(shop.street), shop.postal_code


def _by_name(shop: Identity) -> tuple[str, str]:
    return name_key(shop.name), shop.postal_code


def _is_contradicted(one: Identity, other: Identity) -> bool:
    """Two numbers or two streets: two establishments, whatever the names say."""
    numbers = {shop.number for shop in (one, other)} - {""}
    streets = {street_key(shop.street) for shop in (one, other)} - {""}
    return len(numbers) > 1 or len(streets) > 1
