"""Reads the questionnaire of a folder with its topics and sub-sectors, and says everything that is wrong with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from questionnaires import format
from questionnaires.checking.questions import check_questionnaire
from questionnaires.checking.reaching import check_reach
from questionnaires.checking.sectors import check_sectors
from questionnaires.checking.topics import check_topics, unraised
from questionnaires.checking.translations import missing_translations
from questionnaires.checking.written import Written
from questionnaires.engine.definition import Questionnaire, questionnaire_from
from questionnaires.files import BadContent, Document, Problem, read_yaml


@dataclass(frozen=True, slots=True)
class Files:
    """Where the parts stand; topics and sectors may be absent."""

    questionnaire: Path
    topics: Path | None = None
    sectors: Path | None = None

    @classmethod
    def beside(cls, questionnaire: Path, topics: Path | None = None, sectors: Path | None = None) -> "Files":
        """Topics and sectors as given, else as they stand in the questionnaire's folder."""
        folder = questionnaire.parent
        return cls(
            questionnaire, topics or _if_there(folder / "topics.yaml"), sectors or _if_there(folder / "sectors.yaml")
        )


def _if_there(path: Path) -> Path | None:
    return path if path.exists() else None


@dataclass(frozen=True, slots=True)
class Content:
    """A questionnaire fit for use: `data` is what a version stores, `definition` the same for the engine.

    `data` holds `questionnaire`, `topics`, `sub_sectors`, `families` and `edition`. `warnings` hinder nothing.
    """

    data: dict[str, Any]
    definition: Questionnaire
    warnings: tuple[Problem, ...]


def read_folder(place: Path | Files, first_language: str | None = None, languages: Iterable[str] = ()) -> Content:
    """Reads and checks a folder, or the files given. Raises BadContent with the mistakes of all files at once.

    Every text must be there in `first_language`; what is missing in the other `languages` is a warning, and the
    text in the first language takes its place.
    """
    files = place if isinstance(place, Files) else Files.beside(place / "questionnaire.yaml")
    documents = _Documents.of(files)
    data = documents.checked({"first_language": first_language})
    definition = questionnaire_from(data)
    documents.refuse(check_reach(definition, documents.topics))
    wanted = [language for language in languages if language != first_language]
    warnings = [
        *(problem for document in documents if document for problem in missing_translations(document, wanted)),
        *(unraised(documents.questionnaire, documents.topics) if documents.topics else ()),
    ]
    if first_language:
        data = _filled(data, first_language, wanted)
    return Content(data, definition, tuple(sorted(warnings)))


@dataclass(frozen=True, slots=True)
class _Documents:
    questionnaire: Document
    topics: Document | None
    sectors: Document | None

    @classmethod
    def of(cls, files: Files) -> "_Documents":
        return cls(
            read_yaml(files.questionnaire),
            read_yaml(files.topics) if files.topics else None,
            read_yaml(files.sectors) if files.sectors else None,
        )

    def __iter__(self) -> Iterator[Document | None]:
        return iter((self.questionnaire, self.topics, self.sectors))

    def refuse(self, problems: Iterable[Problem] = ()) -> None:
        found = [*problems, *(problem for document in self if document for problem in document.problems)]
        if found:
            raise BadContent(found)

    def checked(self, context: dict[str, Any]) -> dict[str, Any]:
        """The data of all files, after every check of format and of sense."""
        questionnaire = self.questionnaire.parse(format.Questionnaire, context)
        topics = self.topics.parse(format.Topics, context) if self.topics else None
        sectors = self.sectors.parse(format.Sectors, context) if self.sectors else None
        written = [Written(document) if document else None for document in self]
        check_questionnaire(Written(self.questionnaire), sectors=written[2])
        if written[1]:
            check_topics(written[1], Written(self.questionnaire), sectors=written[2])
        if written[2]:
            check_sectors(written[2], topics=written[1])
        self.refuse()
        own = format.as_data(sectors) if sectors else {}
        return {
            "questionnaire": format.as_data(questionnaire) if questionnaire else {},
            "topics": format.as_data(topics)["topics"] if topics else [],
            "sub_sectors": own.get("sub_sectors", []),
            "families": own.get("families", []),
            "edition": own.get("edition", ""),
        }


def _filled(data: Any, first: str, languages: list[str]) -> Any:
    """The same data with the first language's text wherever a translation is missing."""
    if isinstance(data, list):
        return [_filled(item, first, languages) for item in data]
    if not isinstance(data, dict):
        return data
    if format.is_text(data) and first in data:
        return {**dict.fromkeys(languages, data[first]), **data}
    return {key: _filled(value, first, languages) for key, value in data.items()}
