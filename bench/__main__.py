"""script/bench SUBJECT [--short] [PART ...]: what the self-diagnostic costs, a registration, or figures and reports."""

import argparse
import importlib
import os
import sys

import django

from bench.saying import Machine

# Each is a module beside this one, with `measure(parts, is_short=...)`.
SUBJECTS = {
    "diagnostic": ["http", "engine", "pdf", "visit"],
    "registration": ["http", "pages", "lists", "exports"],
    "reports": ["growth", "pages", "files"],
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("subject", choices=SUBJECTS)
    parts = "; ".join(f"{subject}: {', '.join(names)}" for subject, names in SUBJECTS.items())
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these ({parts})")
    parser.add_argument("--short", action="store_true", help="few rounds: a look, not a measurement")
    asked = parser.parse_intermixed_args()
    known = SUBJECTS[asked.subject]
    if unknown := set(asked.parts) - set(known):
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("TREMPLIN_LOG_LEVEL", "WARNING")
    django.setup()
    machine = Machine()
    importlib.import_module(f"bench.{asked.subject}").measure(asked.parts or known, is_short=asked.short)
    machine.say()
    return 0


if __name__ == "__main__":
    sys.exit(main())
