"""What figures and reports cost when a programme has run for years."""

from collections.abc import Collection

from bench import figure_pages, growth, past, report_files
from bench.decade import Decade, refresh
from bench.saying import say
from diagnostics import months
from diagnostics.models import Diagnostic
from trainings.models import Registration

SHORT = 1 / 10


def measure(parts: Collection[str], *, is_short: bool) -> None:
    past.load_content()
    decade = Decade(SHORT if is_short else 1)
    few = decade.diagnostics // growth.TIMES
    _load(decade, few)
    before = growth.measure(rounds=5 if is_short else 15) if "growth" in parts else {}
    decade.add_diagnostics(decade.diagnostics - few)
    refresh()
    months.count_due()
    _say_what_is_there(decade)
    if before:
        growth.say_ratios(before, growth.measure(rounds=5 if is_short else 15), rows=decade.diagnostics)
    if "pages" in parts:
        figure_pages.measure(rounds=1 if is_short else 3)
    if "files" in parts:
        report_files.measure(rows=5_000 if is_short else 50_000)


def _load(decade: Decade, diagnostics: int) -> None:
    if Registration.objects.exists():
        raise SystemExit("These rows go into a database that has none: start again.")
    decade.load()
    decade.add_diagnostics(diagnostics)
    refresh()
    months.count_due()


def _say_what_is_there(decade: Decade) -> None:
    say(
        f"\n{Registration.objects.count():,} registrations, {decade.answers:,} answers, {Diagnostic.objects.count():,} self-diagnostics "
        f"in {len(decade.cities)} cities, five years and {decade.sessions:,} sessions"
    )
