from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import catalogues


class Command(BaseCommand):
    help = "Keeps the catalogues of translations: extract (from code and templates), take (a translator's file), check, compile."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("extract", help="bring every django.po up to date with the code; translations stay")
        take = verbs.add_parser("take", help="take the translations of a file in PO format")
        take.add_argument("language", choices=catalogues.LANGUAGES)
        take.add_argument("files", nargs="+", type=Path)
        verbs.add_parser("check", help="fail on what is missing, fuzzy, obsolete or broken")
        verbs.add_parser("compile", help="write the .mo files that are stale")

    def handle(self, *, verb: str, **options: object) -> None:
        {"extract": self._extract, "take": self._take, "check": self._check, "compile": self._compile}[verb](options)

    def _extract(self, options: dict[str, object]) -> None:
        template = catalogues.extracted()
        for language in catalogues.LANGUAGES:
            self._write(language, catalogues.merged(language, template, catalogues.read(language)))

    def _take(self, options: dict[str, object]) -> None:
        language, files = str(options["language"]), cast(list[Path], options["files"])
        given = [catalogues.read(language), *(catalogues.read(language, path) for path in files)]
        self._write(language, catalogues.merged(language, catalogues.extracted(), *given))

    def _check(self, options: dict[str, object]) -> None:
        template = catalogues.extracted()
        failed = 0
        for language in catalogues.LANGUAGES:
            problems = catalogues.problems(language, catalogues.read(language), template)
            if language not in catalogues.COMPLETE:
                self.stdout.write(f"{language}: {len(problems)} messages follow later")
                continue
            failed += len(problems)
            self.stdout.writelines(f"{problem}\n" for problem in problems)
        if failed:
            raise CommandError(f"{failed} messages need work")

    def _compile(self, options: dict[str, object]) -> None:
        for language in catalogues.compile_stale():
            self.stdout.write(f"{language}: compiled")

    def _write(self, language: str, catalog: Catalog) -> None:
        changed = catalogues.write(language, catalog)
        self.stdout.write(f"{language}: {len(catalog)} messages{'' if changed else ', nothing new'}")
