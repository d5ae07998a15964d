"""What the self-diagnostic costs."""

from collections.abc import Collection

from bench import documents, engine, past, visits, walks


def measure(parts: Collection[str], *, is_short: bool) -> None:
    past.prepare()
    if "http" in parts:
        walks.measure(rounds=3 if is_short else 7, diagnostics=16 if is_short else 48)
    if "engine" in parts:
        engine.measure(rounds=3 if is_short else 9, diagnostics=500 if is_short else 2000)
    if "pdf" in parts:
        documents.measure(rounds=5 if is_short else 15, long=40 if is_short else 200)
    if "visit" in parts:
        visits.measure()
