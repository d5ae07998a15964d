"""Takes each guard of mutants.toml out of a copy of the tree and expects its named test to fail: script/test --mutants.

python -m tests.mutants [--only WORD] [--list]
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.tree import ROOT, files

TABLE = ROOT / "tests" / "mutants.toml"
LANES = min(os.cpu_count() or 1, 4)
PATIENCE = 300  # seconds; a guard without which its test hangs is not caught by it
FAILED, ENDED_WELL, HUNG = 1, 0, -1
# A mutant that does not even run proves nothing.
BROKEN = ("SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "NameError", "UnboundLocalError")
COMPILED_CATALOGUES = "locale/*/LC_MESSAGES/*.mo"


@dataclass(frozen=True)
class Mutant:
    """`take` is the source of a guard, which occurs once in `file`; `put` is what is left without it."""

    guard: str
    file: str
    take: str
    put: str
    test: str

    def __str__(self) -> str:
        return f"{self.file}: {self.guard} ({self.test})"

    def occurrences(self, root: Path = ROOT) -> int:
        path = root / self.file
        return path.read_text("utf-8").count(self.take) if path.is_file() else 0

    @property
    def changes_the_tables(self) -> bool:
        return "/migrations/" in self.file


def mutants() -> list[Mutant]:
    return [Mutant(**entry) for entry in tomllib.loads(TABLE.read_text("utf-8"))["mutant"]]


@dataclass
class Lane:
    """A copy of the tree with a database of its own, in which one mutant after the other is tried."""

    folder: Path
    number: int
    needs_tables: bool = field(default=True)

    def prepare(self) -> None:
        for name in [*files(), *(str(path.relative_to(ROOT)) for path in ROOT.glob(COMPILED_CATALOGUES))]:
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        (self.folder / ".venv").symlink_to(ROOT / ".venv")

    @property
    def database(self) -> str:
        return f"mutants_{os.getpid()}_{self.number}"

    def on_database(self, name: str) -> str:
        return make_conninfo(**conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": name})

    @property
    def environment(self) -> dict[str, str]:
        var = os.environ.get("TREMPLIN_VAR_DIR", str(ROOT / "var"))
        given = {"DATABASE_URL": self.on_database(self.database), "TREMPLIN_VAR_DIR": var, "COLUMNS": "400"}
        return os.environ | given

    def tidy(self) -> None:
        """Drops what the tests' --reuse-db has left."""
        with psycopg.connect(self.on_database("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"test_{self.database}")))

    def run(self, *tests: str, create: bool = False, patience: int = PATIENCE) -> tuple[int, str]:
        """How pytest ended, and what it said."""
        database = "--create-db" if create or self.needs_tables else "--reuse-db"
        command = [sys.executable, "-m", "pytest", "-x", "--tb=short", "-p", "no:cacheprovider", "-rfE", "--reuse-db"]
        process = subprocess.Popen(  # noqa: S603
            [*command, database, "--show-capture=no", *tests],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said = process.communicate(timeout=patience)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return HUNG, process.communicate()[0]
        self.needs_tables = create
        return process.returncode, said

    @contextmanager
    def without(self, mutant: Mutant) -> Iterator[None]:
        path = self.folder / mutant.file
        source = path.read_text("utf-8")
        path.write_text(source.replace(mutant.take, mutant.put), "utf-8")
        try:
            yield
        finally:
            path.write_text(source, "utf-8")

    def try_all(self, share: Sequence[Mutant]) -> list[Mutant]:
        """The mutants that were missed; says a line on each."""
        self.prepare()
        trusted = self.passing({mutant.test for mutant in share})
        missed = []
        for mutant in share:
            started = time.perf_counter()
            verdict = (
                self.verdict(mutant) if mutant.test in trusted else "missed: its test does not pass with the guard"
            )
            print(f"{verdict} {time.perf_counter() - started:5.1f} s  {mutant}", flush=True)
            if verdict != "caught":
                missed.append(mutant)
        self.tidy()
        return missed

    def passing(self, tests: set[str]) -> set[str]:
        """Those that pass with all guards in place: all at once, and one by one only if that fails."""
        if self.run(*sorted(tests), patience=PATIENCE * 3)[0] == ENDED_WELL:
            return tests
        return {test for test in tests if self.run(test)[0] == ENDED_WELL}

    def verdict(self, mutant: Mutant) -> str:
        if mutant.occurrences(self.folder) != 1:
            return f"missed: its source occurs {mutant.occurrences(self.folder)} times"
        with self.without(mutant):
            code, said = self.run(mutant.test, create=mutant.changes_the_tables)
        if code == HUNG:
            return "missed: its test hangs"
        if code == ENDED_WELL:
            return "missed: its test passes without it"
        failures = re.findall(r"^FAILED .*?(?: - (\S*).*)?$", said, re.MULTILINE)
        if code != FAILED or not failures:
            return f"missed: pytest stopped ({' '.join(said.split()[-12:])})"
        kinds = [kind.rstrip(":").rpartition(".")[2] for kind in failures]
        return f"missed: {kinds[0]}, it does not run" if set(kinds) & set(BROKEN) else "caught"


def shares(every: list[Mutant]) -> list[list[Mutant]]:
    """About as many for each lane; those of one test stay together, since it is tried once with its guard in place."""
    by_test: dict[str, list[Mutant]] = {}
    for mutant in every:
        by_test.setdefault(mutant.test, []).append(mutant)
    lanes: list[list[Mutant]] = [[] for _ in range(LANES)]
    for together in by_test.values():
        min(lanes, key=len).extend(together)
    return [lane for lane in lanes if lane]


def try_out(every: list[Mutant]) -> list[Mutant]:
    with tempfile.TemporaryDirectory(prefix="tremplin-mutants-") as folder:
        lanes = [Lane(Path(folder) / str(number), number) for number, _share in enumerate(shares(every))]
        with ThreadPoolExecutor(LANES) as pool:
            missed = pool.map(Lane.try_all, lanes, shares(every))
            return [mutant for share in missed for mutant in share]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/test --mutants", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only", metavar="WORD", nargs="+", default=[""], help="only those whose file, guard or test holds such a word"
    )
    parser.add_argument("--list", action="store_true", help="name them and try none")
    options = parser.parse_args(arguments)
    every = [mutant for mutant in mutants() if any(word in str(mutant) for word in options.only)]
    if options.list:
        print("\n".join(map(str, every)))
        return 0
    missed = try_out(every)
    print("\n".join(["", *(f"Missed: {mutant}" for mutant in missed)]))
    print(f"{len(every) - len(missed)} caught, {len(missed)} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
