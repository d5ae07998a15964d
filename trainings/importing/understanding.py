"""What a row says, by the fields of its columns; what is wrong with it, and what of it is taken otherwise or not at all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import normalised_address
from programmes.folding import folded
from programmes.models import City, Programme
from programmes.naming import tidied
from programmes.numbers import BadNumber, normalised_number
from trainings.importing.heads import FIELDS

# As long as its column in the database.
LONGEST = {"name": 150, "shop": 150, "street": 200, "postal_code": 10, "email": 254, "phone": 40, "helper": 150}
LANGUAGES = {
    "fr": "fr|francais|franzosisch|french|frans|fra|fre",
    "nl": "nl|neerlandais|nederlands|dutch|niederlandisch|flamand|vlaams|nld|dut",
    "de": "de|allemand|deutsch|german|duits|deu|ger",
    "en": "en|anglais|english|engels|englisch|eng",
}
LANGUAGE_OF = {word: code for code, words in LANGUAGES.items() for word in words.split("|")}
YES = frozenset(["oui", "o", "yes", "y", "ja", "j", "x", "v", "vrai", "true", "wahr", "waar", "2"])
NO = frozenset(["", "non", "no", "n", "nee", "nein", "faux", "false", "falsch", "onwaar", "0", "1"])
# Who was there: what people write under "present"; for two, the helper too.
BOTH = frozenset(["2", "les deux", "both", "beide", "allebei"])
THERE = YES - BOTH | {
    "1",
    "p",
    "present",
    "presente",
    "present e",
    "la",
    "attended",
    "there",
    "came",
    "aanwezig",
    "anwesend",
}
AWAY = NO - THERE | {"a", "absent", "absente", "excuse", "excusee", "excused", "afwezig", "abwesend", "entschuldigt"}
TICKS = str.maketrans(dict.fromkeys("✓✔☑🗸✅", "x"))
# "B-5000 Namur", "5000"
PLACE = re.compile(r"(?:[A-Z]{1,2}\s?-\s?)?(\d{4,5})(?!\d)[\s,-]*(.*)", re.IGNORECASE)
FEWEST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One row: who comes, from which shop; `problems` keep it from being applied, `notes` say what is taken otherwise."""

    name: str
    shop: str
    number: str
    street: str
    postal_code: str
    email: str
    phone: str
    language: str
    with_helper: bool
    helper_name: str
    heads: int  # of the row that were there
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_reachable(self) -> bool:
        return bool(self.email or self.phone)


class Reader:
    """Understands the rows of one file; what the programme knows is asked for once."""

    def __init__(self, programme: Programme, columns: Sequence[str], language: str) -> None:
        self.rule, self.columns, self.language = programme.enterprise_number_rule, columns, language
        self.languages = programme.languages
        self.postal_codes = _postal_codes(programme)

    def understood(self, cells: Sequence[str]) -> Said:
        told = self._told(cells)
        number, bad_number = self._number(told["number"])
        language, other_language = self._language(told["language"])
        helper = folded(told["helper"])
        return Said(
            name=told["name"],
            shop=told["shop"],
            number=number,
            street=told["street"],
            postal_code=told["postal_code"],
            email=normalised_address(told["email"]) if told["email"] else "",
            phone=told["phone"],
            language=language,
            with_helper=helper not in NO,
            helper_name="" if helper in YES | NO else told["helper"],
            heads=_heads(told["present"]) or 0,
            problems=(*_problems(told), *bad_number),
            notes=(*other_language, *_notes(told)),
        )

    def _told(self, cells: Sequence[str]) -> dict[str, str]:
        """By field; of two columns for one field the first that says something."""
        told = dict.fromkeys(FIELDS, "")
        for field, cell in zip(self.columns, cells, strict=False):
            if field and not told[field]:
                told[field] = tidied(cell)
        told["name"] = told["name"] or f"{told['first_name']} {told['last_name']}".strip()
        told["street"] = f"{told['street']} {told['house_number']}".strip()
        told["email"] = told["email"].removeprefix("mailto:").strip(" <>;,")
        told["postal_code"] = self._postal_code(told)
        return told

    def _postal_code(self, told: Mapping[str, str]) -> str:
        """As typed, or from "5000 Namur", or that of a municipality which has only one."""
        for text in (told["postal_code"], told["city"]):
            if place := PLACE.match(text):
                return place[1]
        return told["postal_code"] or self.postal_codes.get(folded(told["city"]), "")

    def _number(self, typed: str) -> tuple[str, list[str]]:
        try:
            return normalised_number(typed, self.rule), []
        except BadNumber as error:
            return "", [f"“{typed[:40]}” – {error}"]

    def _language(self, typed: str) -> tuple[str, list[str]]:
        code = LANGUAGE_OF.get(folded(typed), "")
        if code in self.languages:
            return code, []
        unknown = _("The language “%(language)s” is not offered: that of the session is used.") % {
            "language": typed[:40]
        }
        return self.language, [unknown] if typed else []


def _postal_codes(programme: Programme) -> dict[str, str]:
    cities = City.objects.offered().filter(programme=programme).only("names", "postal_codes")
    single = [city for city in cities if len(city.postal_codes) == 1]
    return {folded(name): city.postal_codes[0] for city in single for name in city.names.values()}


def _problems(told: Mapping[str, str]) -> Iterator[str]:
    if not told["name"]:
        yield _("The name is missing.")
    for field, most in LONGEST.items():
        if len(told[field]) > most:
            values = {"field": words_of(field), "letters": len(told[field]), "most": most}
            yield _("%(field)s: %(letters)s letters, and at most %(most)s can be kept. Shorten it.") % values
    if told["email"] and not _is_address(told["email"]):
        yield _("“%(email)s” is not an e-mail address.") % {"email": told["email"][:80]}
    if told["phone"] and sum(sign.isdigit() for sign in told["phone"]) < FEWEST_DIGITS:
        yield _("“%(phone)s” is too short for a phone number.") % {"phone": told["phone"][:40]}


def _notes(told: Mapping[str, str]) -> Iterator[str]:
    if not told["email"] and not told["phone"]:
        yield _("No e-mail and no phone: nothing can be told later.")
    if _heads(told["present"]) is None:
        yield _("Whether they were there is not understood: “%(word)s”. Nobody is marked present.") % {
            "word": told["present"][:40]
        }


def _heads(typed: str) -> int | None:
    """How many of a row were there; None where that can't be understood."""
    word = folded(typed.translate(TICKS))
    known = {2: BOTH, 1: THERE, 0: AWAY}
    return next((heads for heads, words in known.items() if word in words), None)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def words_of(field: str) -> str:
    """What a field is called."""
    words = {
        "name": _("Name"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "shop": _("Shop"),
        "number": _("Enterprise number"),
        "street": _("Street"),
        "house_number": _("House number"),
        "postal_code": _("Postal code"),
        "city": _("Municipality"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "language": _("Language"),
        "helper": _("Helper who comes along"),
        "present": _("Present"),
    }
    return words[field]
