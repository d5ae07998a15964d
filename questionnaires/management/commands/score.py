import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from questionnaires.checking import Content, Files, read_folder
from questionnaires.engine.answers import BadAnswers
from questionnaires.engine.diagnosing import Diagnoser, Diagnosis, UnknownSubSector
from questionnaires.files import BadContent, Problem, read_text
from questionnaires.reporting import report


class Command(BaseCommand):
    help = "Scores answers with the pure engine: no database, no programme."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--questionnaire", required=True, type=Path, metavar="FILE")
        parser.add_argument("--answers", required=True, type=Path, metavar="FILE.json")
        parser.add_argument("--topics", type=Path, metavar="FILE", help="default: topics.yaml beside the questionnaire")
        parser.add_argument("--sectors", type=Path, metavar="FILE", help="default: sectors.yaml beside it")
        parser.add_argument("--sub-sector", default="", metavar="CODE", help="the trade of the shop")
        parser.add_argument("--json", action="store_true", help="print JSON, the same bytes for the same input")

    def handle(self, **options: Any) -> None:
        files = Files.beside(options["questionnaire"], options["topics"], options["sectors"])
        try:
            content = read_folder(files)
            diagnosis = diagnose(content, options["answers"], options["sub_sector"])
        except (BadContent, BadAnswers, UnknownSubSector) as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
        self.stdout.write(as_json(diagnosis) if options["json"] else report(content, diagnosis))


def diagnose(content: Content, answers: Path, sub_sector: str) -> Diagnosis:
    return Diagnoser(content.definition).diagnose(read_answers_file(answers), sub_sector)


def as_json(diagnosis: Diagnosis) -> str:
    return json.dumps(diagnosis.as_data(), ensure_ascii=False, indent=2, sort_keys=True)


def read_answers_file(path: Path) -> dict[str, Any]:
    """Answers by question code. Raises BadContent with the line when the file is not one JSON object."""
    problems: list[Problem] = []

    def without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(key for key, _ in pairs)
        for key in [key for key, count in counts.items() if count > 1]:
            problems.append(Problem(path.name, second_line(text, key), f"“{key}” stands twice; keep one of them"))
        return dict(pairs)

    text = read_text(path)
    try:
        answers: Any = json.loads(text, object_pairs_hook=without_twins)
    except json.JSONDecodeError as error:
        raise BadContent([Problem(path.name, error.lineno, f"not valid JSON: {error.msg}; correct it here")]) from error
    except (ValueError, RecursionError) as error:
        raise BadContent([Problem(path.name, 1, f"not usable: {error}")]) from error
    if not isinstance(answers, dict):
        problems.append(Problem(path.name, 1, 'answers are an object: {"question": "choice"}; put them in braces'))
    if problems or not isinstance(answers, dict):
        raise BadContent(problems)
    return answers


def second_line(text: str, key: str) -> int:
    """The line where a key stands for the second time."""
    written = json.dumps(key, ensure_ascii=False)
    second = text.find(written, text.find(written) + 1)
    return text.count("\n", 0, max(second, 0)) + 1
