"""Loads the folder of a programme: reads everything, then applies everything, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

import businesses.loading
import programmes.loading
import surveys.loading
import trainings.loading
from accounts.applying import apply_roles
from portal.notices import NAME, unknown_in
from programmes.applying import Change
from programmes.models import Programme
from programmes.reading import Read, read_programme
from questionnaires.checking import Content, read_folder
from questionnaires.files import BadContent, Problem
from questionnaires.loading import load_version
from questionnaires.models import Version
from surveys.reading import Read as ReadSurvey
from surveys.reading import read_survey

LOCK = 7_031_002  # any number that no other advisory lock uses


@dataclass(frozen=True, slots=True)
class Folder:
    """A programme's files, read and found good; `warnings` are translations that are missing and the like."""

    path: Path
    programme: Read
    content: Content
    survey: ReadSurvey
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load has changed."""

    programme: Programme
    changes: tuple[Change, ...]
    version: Version
    is_new_version: bool

    @property
    def is_nothing_new(self) -> bool:
        return not self.is_new_version and all(change.is_none for change in self.changes)


def read(path: Path) -> Folder:
    """Raises BadContent with the mistakes of all files at once."""
    found = read_programme(path)
    survey = read_survey(path, found.languages)
    content, problems = None, [*found.problems, *survey.problems, *_times_unknown(path, found)]
    try:
        content = read_folder(path, first_language=found.languages[0], languages=found.languages)
    except BadContent as error:
        problems.extend(error.problems)
    if problems or content is None:
        raise BadContent(problems)
    return Folder(path, found, content, survey, (*found.warnings, *content.warnings, *survey.warnings))


def _times_unknown(path: Path, found: Read) -> Iterator[Problem]:
    """Where the privacy notice names a rule of retention.yaml that is none, or counts no time."""
    unknown = unknown_in(found.programme.legal.privacy.values()) if found.programme else set()
    lines = (path / "programme.yaml").read_text(encoding="utf-8").splitlines() if unknown else []
    for number, line in enumerate(lines, start=1):
        for name in sorted(unknown & set(NAME.findall(line))):
            yield Problem("programme.yaml", number, f"{{{name}}} names no time; take a rule of portal/retention.yaml")


@transaction.atomic
def load(folder: Folder, at: datetime | None = None) -> Loaded:
    """Each app's part, from the ground floor up. A second load at the same time waits for the first."""
    at = at or timezone.now()
    wanted, content = folder.programme.programme, folder.content
    if wanted is None:
        raise BadContent(folder.programme.problems)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    apply_roles()
    version, is_new = load_version(f"{wanted.code}/{content.data['questionnaire']['code']}", content)
    programme, changes = programmes.loading.load(
        wanted, folder.programme.cities, version.questionnaire, at, folder.programme.groupings
    )
    changes += businesses.loading.load(programme, content, at)
    changes += trainings.loading.load(programme, content, at)
    changes += surveys.loading.load(programme, folder.survey.survey, at)
    return Loaded(programme, tuple(changes), version, is_new)
