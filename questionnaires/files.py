"""Reads the text files of a programme: every mistake is found at once, each with its file and line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import ReaderError

Place = tuple[str | int, ...]
WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,18}\Z")
PLAIN_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one line of a file: what is wrong and what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BadContent(ValueError):
    """The files can't be used as they are; `problems` lists everything that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Document:
    """A YAML file as plain data, with the line of every place in it. Decimals stay text, so that they stay exact."""

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that was written down."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def blame(self, place: Place, message: str) -> None:
        self.problems.append(Problem(self.file, self.line_of(place), message))

    def parse[M: BaseModel](self, model: type[M], context: Mapping[str, Any] | None = None) -> M | None:
        """The data in its format; None when something is wrong, with a problem for each mistake."""
        if self.data is None:
            if not self.problems:
                self.blame((), "the file is empty; docs/questionnaire-format.md says what belongs in it")
            return None
        try:
            return model.model_validate(self.data, context=context)
        except ValidationError as error:
            for mistake in error.errors(include_url=False, include_context=True):
                self._blame_for(mistake)
            return None

    def _blame_for(self, mistake: Mapping[str, Any]) -> None:
        place = tuple(step for step in mistake["loc"] if step != "[key]")
        sentence = SENTENCES.get(mistake["type"])
        key = next((step for step in reversed(place) if isinstance(step, str)), "the file")
        if sentence is None:
            self.blame(place, f"`{key}`: {mistake['msg'][0].lower()}{mistake['msg'][1:]}")
        else:
            self.blame(place, sentence.format(key=key, given=mistake.get("input"), **mistake.get("ctx", {})))


# What pydantic found, said in plain words with what to do.
SENTENCES = {
    "missing": "`{key}` is missing; add it",
    "extra_forbidden": "`{key}` is not a key of the format; correct its spelling or take it out",
    "string_type": "`{key}` must be text; put it in quotes if it looks like a number",
    "string_too_short": "`{key}` is empty; write it or take the key out",
    "string_too_long": "`{key}` is longer than {max_length} characters; shorten it",
    "string_pattern_mismatch": "`{given}` does not have the form {pattern}; codes are lower-case letters, digits and hyphens",
    "dict_type": "`{key}` must be a mapping (key: value), one per line",
    "list_type": "`{key}` must be a list (lines that begin with -)",
    "model_type": "`{key}` must be a mapping (key: value), one per line",
    "too_short": "`{key}` needs at least {min_length}; add what is missing",
    "int_type": "`{key}` must be a whole number",
    "int_parsing": "`{key}` must be a whole number, not `{given}`",
    "bool_type": "`{key}` is true or false",
    "enum": "`{given}` is not possible for `{key}`; choose {expected}",
    "literal_error": "`{given}` is not possible for `{key}`; choose {expected}",
    "greater_than": "`{key}` must be more than {gt}, not {given}",
    "greater_than_equal": "`{key}` must be at least {ge}, not {given}",
    "less_than_equal": "`{key}` must be at most {le}, not {given}",
}


def read_text(path: Path) -> str:
    """The text of a file. Raises BadContent, naming the line, when it is missing or not UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadContent([Problem(path.name, 1, "the file is missing or can't be read; add it")]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadContent(
            [Problem(path.name, line, "the file is not in UTF-8; save it again in that encoding")]
        ) from error


def read_yaml(path: Path) -> Document:
    """A YAML file with its lines; whatever is wrong stands in the document's problems."""
    document = Document(path.name)
    try:
        text = read_text(path)
    except BadContent as error:
        document.problems.extend(error.problems)
        return document
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document.data = _plain(node, (), document) if node else None
    except RecursionError:
        document.problems.append(Problem(path.name, 1, "not usable: a part of the file contains itself; write it out"))
    except yaml.YAMLError as error:
        document.problems.append(Problem(path.name, *_yaml_fault(error, text)))
    return document


def _yaml_fault(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line of a mistake in the YAML itself, and what is wrong there."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return mark.line + 1 if mark else 1, f"not valid YAML: {error.problem}; look at this line and the one above"
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return line, "not valid YAML: a control character that can't be seen; take it out"
    return 1, f"not valid YAML: {error}"


def _plain(node: yaml.Node, place: Place, document: Document) -> Any:
    document.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, place, document)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), document) for index, item in enumerate(node.value)]
    text: str = node.value
    if isinstance(node, yaml.ScalarNode) and node.style is not None:
        return text
    if text.lower() in PLAIN_WORDS:
        return PLAIN_WORDS[text.lower()]
    return int(text) if WHOLE_NUMBER.match(text) else text


def _plain_mapping(node: yaml.MappingNode, place: Place, document: Document) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        document.lines[(*place, key)] = key_node.start_mark.line + 1
        if key in mapping:
            document.blame((*place, key), f"`{key}` stands twice here; keep one of them")
        mapping[key] = _plain(value_node, (*place, key), document)
    return mapping
