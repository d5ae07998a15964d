"""The format of programme.yaml and cities.csv."""

import re
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from programmes.numbers import UnknownRule, rule_module
from questionnaires.format import LANGUAGES, Code, Exact, Part, Share, Start, Text, Words
from rendering.colours import READABLE, contrast


def known_language(code: str) -> str:
    if code not in LANGUAGES:
        raise PydanticCustomError(
            "language", "“{given}” is not a language of the portal; use fr, nl, de or en", {"given": code}
        )
    return code


def each_once(codes: list[str]) -> list[str]:
    if len(set(codes)) < len(codes):
        raise PydanticCustomError("each_once", "a language stands twice; keep it once", {})
    return codes


def readable(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise PydanticCustomError(
            "colour", "“{given}” is not a colour; write it like “#0e5a64”, in quotes and lower case", {"given": colour}
        )
    if contrast(colour, "#ffffff") < READABLE:
        raise PydanticCustomError(
            "pale", "“{given}” is too pale for white text on it; take a darker one", {"given": colour}
        )
    return colour


def known_rule(rule: str) -> str:
    try:
        rule_module(rule)
    except UnknownRule as error:
        message = "“{given}” is not a rule of python-stdnum; write for example be.vat, or take the key out"
        raise PydanticCustomError("number_rule", message, {"given": rule}) from error
    return rule


def pattern(form: str) -> str:
    try:
        re.compile(form)
    except re.error as error:
        message = "“{given}” is not a regular expression ({reason}); for four digits write “[0-9]{4}”"
        raise PydanticCustomError("pattern", message, {"given": form, "reason": str(error)}) from error
    return form


def day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        message = "“{given}” is not a day; write it like 2016-02-01"
        raise PydanticCustomError("day", message, {"given": str(value)}) from error


def plain_address(address: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
        raise PydanticCustomError("email", "“{given}” is not an e-mail address; correct it", {"given": address})
    return address


def euro(amount: Fraction) -> Fraction:
    if amount < 0 or 100 % amount.denominator:
        raise PydanticCustomError(
            "euro", "“{given}” is not an amount; write euro with two decimals at most", {"given": str(amount)}
        )
    return amount


Language = Annotated[str, AfterValidator(known_language)]
Colour = Annotated[str, AfterValidator(readable)]
NumberRule = Annotated[str, AfterValidator(known_rule)]
Pattern = Annotated[str, AfterValidator(pattern)]
Day = Annotated[date, BeforeValidator(day)]
Address = Annotated[str, AfterValidator(plain_address)]
Euro = Annotated[Exact, AfterValidator(euro)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]


# In the place of a list of all cities
ALL = "all"


class Contact(Part):
    """Whom a person asks who is stuck; shown at the foot of each page."""

    name: Short = Field(description="Who answers.")
    email: Address = Field(description="Their e-mail.")
    phone: Annotated[str, StringConstraints(max_length=40)] = Field("", description="Their phone.")
    address: Annotated[str, StringConstraints(max_length=250)] = Field("", description="Their address, in one line.")


class Legal(Part):
    """The texts that a public site owes its readers; paragraphs are separated by an empty line."""

    notice: Text = Field(description="Who publishes the portal, who answers for it.")
    privacy: Text = Field(description="Which data are kept, why, how long, and the rights people have.")
    accessibility: Text = Field(description="The accessibility statement.")
    checked_on: Day = Field(description="The day on which accessibility was last checked.")
    method: Text = Field(description="What was checked then, how, and by whom.")


class Prices(Part):
    """What a training costs whom, as shares of the full price of its module."""

    voucher_share: Share = Field(description="What a training voucher pays, where the module is approved for them.")
    helper_share: Start = Field(description="What the helper pays who comes along; 0: free.")
    voucher_cities: list[str] | None = Field(
        None, description="Codes of the cities of cities.csv in which vouchers exist. Default: all."
    )


class Campaign(Part):
    """A stretch of time in which the programme runs."""

    code: Code = Field(description="Stable; unique.")
    name: Text = Field(description="Its name.")
    starts_on: Day = Field(description="Its first day.")
    ends_on: Day = Field(description="Its last day.")
    voucher_budget: Euro | None = Field(None, description="What vouchers may cost in it, in euro.")

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> "Campaign":
        if self.ends_on < self.starts_on:
            raise PydanticCustomError(
                "days",
                "it ends on {last}, before it starts; correct one of the days",
                {"last": self.ends_on.isoformat()},
            )
        return self


class Programme(Part):
    """programme.yaml: what the programme is called, who answers for it, when it runs."""

    code: Code = Field(description="The programme's own code: the name of its folder.")
    withdrawn: bool = Field(False, description="True: the programme is over and no longer offered.")
    languages: Annotated[list[Language], AfterValidator(each_once)] = Field(
        min_length=1, description="The languages it offers. Texts in the first one are required."
    )
    name: Text = Field(description="Its name.")
    tagline: Text | None = Field(None, description="One sentence below the name.")
    colour: Colour = Field(description="Its colour, “#rrggbb”, dark enough for white text.")
    contact: Contact = Field(description="Whom to ask.")
    legal: Legal = Field(description="The texts of the foot of the page.")
    fictitious: Text | None = Field(None, description="What is made up in this programme; shown wherever it shows.")
    enterprise_number: NumberRule | None = Field(
        None, description="The rule of enterprise numbers: a module of python-stdnum, such as be.vat."
    )
    postal_code: Pattern | None = Field(None, description="The form of its postal codes, a regular expression.")
    provinces: dict[Code, Text] = Field({}, description="The provinces of cities.csv, by code.")
    prices: Prices | None = Field(None, description="Who pays what for a training. Absent: everybody the full price.")
    joint_organisers: list[Annotated[str, BeforeValidator(str)]] = Field(
        [],
        description="Codes of the cities of cities.csv that organise together with the programme, or “all”: their officials see "
        "the names of the shops that registered through them and were told so. Default: none.",
    )
    campaigns: list[Campaign] = Field(min_length=1, description="Its campaigns; they don't overlap.")

    def is_joint_organiser(self, city: str) -> bool:
        return city in self.joint_organisers or ALL in self.joint_organisers


def overlapping(campaigns: list[Campaign]) -> list[tuple[Campaign, Campaign]]:
    """Pairs of neighbours, by first day, that share a day."""
    ordered = sorted(campaigns, key=lambda campaign: (campaign.starts_on, campaign.code))
    return [(one, other) for one, other in pairwise(ordered) if other.starts_on <= one.ends_on]


class Grouping(Part):
    """Municipalities that are counted together."""

    code: Code = Field(description="Stable; unique in the file.")
    name: Text = Field(description="Its name.")
    cities: list[Annotated[str, BeforeValidator(str)]] = Field(
        min_length=1, description="Codes of the cities of cities.csv that belong to it."
    )


class Groupings(Part):
    """groupings.yaml: lists of municipalities to count by, beside the provinces, which are there of themselves."""

    groupings: list[Grouping] = Field(description="The groupings, in the order in which they are shown.")


# What the code of a province begins with among the groupings
PROVINCE = "province-"
CITY_COLUMNS = ("code", "postal_codes", "province", "shops")
CITY_MAY_HAVE = ("latitude", "longitude", "language")
CITY_CODE = re.compile(r"[0-9A-Za-z-]{1,20}\Z")


class City(Part):
    """A line of cities.csv."""

    code: str
    names: dict[Language, Words]
    postal_codes: tuple[str, ...]
    province: str
    shops: int | None
    latitude: float | None = None
    longitude: float | None = None
    language: str = ""
