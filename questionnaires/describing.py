"""Writes the documentation of the format out of the format itself, so that the two can't drift apart."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from questionnaires import format

FILES: dict[str, type[format.Part]] = {
    "questionnaire": format.Questionnaire,
    "topics": format.Topics,
    "sectors": format.Sectors,
    "profiles": format.Profiles,
}
MARKED = re.compile(r"<!-- format: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
# How the values of the format are called where their Python type would say too little.
NAMES: list[tuple[object, str]] = [
    (format.Text, "text"),
    (format.Lines, "lines"),
    (format.Weight, "number above 0"),
    (format.Share, "share above 0, at most 1"),
    (format.Start, "share from 0 to 1"),
    (format.Exact, "number"),
    (format.Code, "code"),
    (format.ChoiceCode, "choice"),
    (format.GivenAnswer, "answer"),
    (format.Nace, "NACE code"),
    (format.Minutes, "minutes"),
    (format.Words, "words"),
    (bool, "true or false"),
    (int, "whole number"),
]


def described(folder: Path, files: Mapping[str, type[format.Part]] = FILES) -> dict[Path, str]:
    """What docs/ must hold, by path: the page with its tables filled in, and a JSON Schema for each of the files."""
    page = folder / "questionnaire-format.md"
    schemas = {folder / "schemas" / f"{name}.schema.json": schema_of(model, name) for name, model in files.items()}
    return {page: with_tables(page.read_text(encoding="utf-8")), **schemas}


def with_tables(page: str) -> str:
    return MARKED.sub(lambda found: f"<!-- format: {found[1]} -->\n{table_of(found[1])}<!-- end -->", page)


def table_of(name: str) -> str:
    """The keys of one mapping of the format as a Markdown table."""
    model: type[format.Part] = getattr(format, name)
    types = get_type_hints(model, include_extras=True)
    rows = [_row(field.alias or key, field, _named(types[key])) for key, field in model.model_fields.items()]
    return "\n".join(["", "| key | | value | meaning |", "|---|---|---|---|", *rows, "", ""])


def _row(key: str, field: FieldInfo, value: str) -> str:
    needed = "required" if field.is_required() else ""
    return f"| `{key}` | {needed} | {value} | {field.description} |"


def _named(annotation: Any) -> str:
    """How a type of the format is called in the tables."""
    for known, name in NAMES:
        if annotation == known:
            return name
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return _named(next(argument for argument in arguments if argument is not NoneType))
    if origin is list:
        return f"list of: {_named(arguments[0])}"
    if origin is dict:
        return f"{_named(arguments[0])}: {_named(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if hasattr(annotation, "__metadata__"):
        return _named(arguments[0])
    return ", ".join(f"`{argument}`" for argument in arguments)


def schema_of(model: type[format.Part], name: str) -> str:
    """The JSON Schema of one file (draft 2020-12). It takes all that the loader takes; the loader knows more."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True),
        "title": f"{name}.yaml",
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
