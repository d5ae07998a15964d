"""What is kept about people, what for and how long: read from retention.yaml."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

RETENTION_FILE = Path(__file__).with_name("retention.yaml")
# Instead of a function: the database does it with the row that the field belongs to.
ON_DELETE = "on delete"


class Rule(BaseModel):
    """How long, from when, what happens then and what does it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: str = Field(pattern=r"^(\d+ (day|days|year|years)|while .+)$")
    since: str = Field(alias="from")
    then: Literal["erased", "anonymised"]
    by: str = Field(pattern=rf"^({ON_DELETE}|[a-z_]+(\.[a-z_]+)+)$")


class Purpose(BaseModel):
    """Fields that are kept for one reason, under one rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(alias="for", min_length=1)
    rule: str


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    personal: tuple[Purpose, ...] = ()
    not_personal: tuple[str, ...] = ()
    may_name_somebody: tuple[str, ...] = ()

    @model_validator(mode="after")
    def searches_what_it_has(self) -> "Table":
        if unknown := set(self.may_name_somebody) - set(self.fields):
            raise ValueError(f"not a field of this table: {', '.join(sorted(unknown))}")
        return self

    @property
    def fields(self) -> list[str]:
        """Every field that the file names, as often as it names it."""
        return [*(name for purpose in self.personal for name in purpose.fields), *self.not_personal]


class Retention(BaseModel):
    """The whole file; tables by label of their model, as in accounts.User."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: Mapping[str, Rule]
    tables: Mapping[str, Table]

    def purposes(self) -> Iterator[tuple[str, Purpose]]:
        """Every purpose with the label of its table."""
        for label, table in self.tables.items():
            for purpose in table.personal:
                yield label, purpose

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text into which staff may have typed a name: table and field."""
        for label, table in self.tables.items():
            yield from ((label, name) for name in table.may_name_somebody)

    def rule_of(self, label: str, field: str) -> Rule | None:
        """The rule of a field; None for one that says nothing about a person."""
        rules = [purpose.rule for purpose in self.tables[label].personal if field in purpose.fields]
        return self.rules[rules[0]] if rules else None


@cache
def retention() -> Retention:
    return read_retention(RETENTION_FILE.read_text(encoding="utf-8"))


def read_retention(text: str) -> Retention:
    """Raises pydantic.ValidationError with every mistake."""
    return Retention.model_validate(yaml.safe_load(text))
