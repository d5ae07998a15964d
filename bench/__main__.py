"""script/bench diagnostic [--short] [PART ...]: what the self-diagnostic costs."""

import argparse
import os
import sys

import django

from bench.saying import Machine

PARTS = ["http", "engine", "pdf", "visit"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("what", choices=["diagnostic"])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these of {', '.join(PARTS)}")
    parser.add_argument("--short", action="store_true", help="few rounds: a look, not a measurement")
    asked = parser.parse_intermixed_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("TREMPLIN_LOG_LEVEL", "WARNING")
    django.setup()
    measure(asked.parts or PARTS, is_short=asked.short)
    return 0


def measure(parts: list[str], *, is_short: bool) -> None:
    from bench import documents, engine, past, visits, walks  # noqa: PLC0415  # after django.setup()

    machine = Machine()
    past.prepare()
    if "http" in parts:
        walks.measure(rounds=3 if is_short else 7, diagnostics=16 if is_short else 48)
    if "engine" in parts:
        engine.measure(rounds=3 if is_short else 9, diagnostics=500 if is_short else 2000)
    if "pdf" in parts:
        documents.measure(rounds=5 if is_short else 15, long=40 if is_short else 200)
    if "visit" in parts:
        visits.measure()
    machine.say()


if __name__ == "__main__":
    sys.exit(main())
