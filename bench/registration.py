"""What a registration costs, and the lists and exports of many."""

from collections.abc import Collection

from bench import bookings, exports, lists, past


def measure(parts: Collection[str], *, is_short: bool) -> None:
    past.load_content()
    if "http" in parts:
        bookings.measure(rounds=1 if is_short else 3)
    if "pages" in parts:
        bookings.measure_pages(rounds=3 if is_short else 7, views=100 if is_short else 300)
    if "lists" in parts:
        lists.measure(rounds=3 if is_short else 7)
    if "exports" in parts:
        exports.measure(rounds=1 if is_short else 3)
