from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from portal import loading
from programmes.applying import Change
from questionnaires.files import BadContent
from questionnaires.judging import judge_folder


class Command(BaseCommand):
    help = "Makes the portal say what the folder of a programme says. Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the folder, such as content/commerce-connecte")
        parser.add_argument("--check", action="store_true", help="only read, and judge the advice that it would give")

    @no_translations
    def handle(self, *, path: Path, check: bool, **options: object) -> None:
        if not path.is_dir():
            raise CommandError(f"{path} is not a folder.")
        try:
            folder = loading.read(path)
            self._warn(folder)
            self._judge(folder) if check else self._load(folder)
        except BadContent as error:
            for problem in error.problems:
                self.stderr.write(f"{path / str(problem)}")
            raise CommandError(f"{_count(len(error.problems), 'mistake')}; nothing was changed.") from error

    def _warn(self, folder: loading.Folder) -> None:
        for warning in folder.warnings:
            self.stdout.write(f"{folder.path / str(warning)}")

    def _load(self, folder: loading.Folder) -> None:
        loaded = loading.load(folder)
        for change in loaded.changes:
            if not change.is_none:
                self.stdout.write(_line(change))
        if loaded.is_new_version:
            self.stdout.write(f"questionnaire {loaded.version.questionnaire}: version {loaded.version.number}")
        if loaded.is_nothing_new:
            self.stdout.write(f"{folder.path}: nothing to change.")

    def _judge(self, folder: loading.Folder) -> None:
        judgement = judge_folder(folder.path, folder.content)
        if judgement is None:
            self.stdout.write("No profiles.yaml: the advice was not judged.")
            return
        for figure in judgement.figures:
            self.stdout.write(figure)
        for failure in judgement.failures:
            self.stderr.write(failure)
        if judgement.failures:
            raise CommandError("The files are good, the advice that they give is not.")
        self.stdout.write("The files are good, and so is the advice that they give.")


def _line(change: Change) -> str:
    counts = {
        "created": change.created,
        "updated": change.updated,
        "offered again": change.returned,
        "withdrawn": change.withdrawn,
        "unchanged": change.unchanged,
    }
    return f"{change.what}: {', '.join(f'{count} {word}' for word, count in counts.items() if count)}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
