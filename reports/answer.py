"""“The answer”: what the ministry says to a parliamentary question, in sentences with figures."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.reading import Reading

# Each sentence with the figures that it names; one without its figure is not said.
SENTENCES = (
    "cities-invited",
    "cities-interested",
    "cities-refused",
    "sessions-held",
    "cities-with-sessions",
    "sessions-planned",
    "cities-with-sessions-planned",
    "participants",
    "shops",
    "reach",
    "vouchers-full-price",
    "vouchers-public-share",
    "vouchers-public-part",
    "public-share-per-shop",
)
OF_ANSWERS = ("satisfaction", "funnel")


def answer(reading: Reading) -> Iterator[str]:
    """In the reader's language; the definitions are on the page of method."""
    if reading.is_empty:
        yield _("No session has been held in this period yet.")
    for code in SENTENCES:
        figure = reading.figures.get(code)
        if figure and figure.own.exact is not None and (figure.n or figure.own.exact):
            yield reading.sentence(code).format(value=figure.own.words, n=figure.n)
        if code == "cities-refused":
            yield from _reasons(reading)
    for table in (reading.tables[code] for code in OF_ANSWERS if code in reading.tables):
        for row in table.rows:
            value, n = row.cells[:2]
            if value.exact is not None:
                yield reading.sentence(row.code).format(value=value.words, n=n.words)
    yield from _stopped(reading)


def _reasons(reading: Reading) -> Iterator[str]:
    table = reading.tables.get("refusals")
    if table:
        said = ", ".join(f"{row.label} ({row.cells[0].words})" for row in table.rows)
        yield _("The reasons that they gave: {reasons}.").format(reasons=said)


def _stopped(reading: Reading) -> Iterator[str]:
    """Why others stop; what is held back is left out."""
    table = reading.tables.get("stopped")
    told = [row for row in table.rows if row.cells[0].exact is not None] if table else []
    if told:
        said = ", ".join(f"{row.label} ({row.cells[0].words})" for row in told)
        yield _("Those who asked for a training and took none say why: {reasons}.").format(reasons=said)
