"""“The answer”: what the ministry says to a parliamentary question, to be read out as it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from figures.definition import Unit
from figures.saying import rounded, shown
from rendering import dates
from rendering.languages import read_in
from reports.reading import Reading
from reports.tables import Row, Table

OF_CITIES = ("cities-invited", "cities-interested", "cities-without-answer", "cities-refused")
HELD = ("sessions-held", "cities-with-sessions", "participants", "shops", "reach")
PLANNED = ("sessions-planned", "cities-with-sessions-planned")
OF_COSTS = (
    "vouchers-full-price",
    "vouchers-public-share",
    "vouchers-public-part",
    "price-per-shop",
    "public-share-per-shop",
    "vouchers-reserved",
)


@dataclass(frozen=True, slots=True)
class Part:
    """What is said about one thing."""

    title: str
    sentences: list[str]

    def __str__(self) -> str:
        return " ".join(self.sentences)


def answer(reading: Reading) -> list[Part]:
    """In the reader's language; a figure of which nothing was counted, or that is held back, is not said."""
    parts = [
        Part(_("Cities"), [_dated(reading), *_cities(reading)]),
        Part(_("Sessions and those who came"), [*_sessions(reading)]),
        Part(_("What participants said"), [*_opinions(reading)]),
        Part(_("From the wish to the training"), [*_wishes(reading)]),
        Part(_("What it costs"), [*_costs(reading)]),
        Part(_("What these figures leave out"), [*_left_out(reading)]),
    ]
    return [part for part in parts if part.sentences]


def _dated(reading: Reading) -> str:
    day = dates.day(reading.as_of)
    return _("The figures of “{period}” are those of {day}.").format(period=reading.period, day=day)


def _figures(reading: Reading, codes: Iterable[str]) -> Iterator[str]:
    for figure in (reading.figures[code] for code in codes if code in reading.figures):
        if figure.own.exact is not None and figure.n:
            yield reading.sentence(figure.code, figure.own, figure.n)


def _cities(reading: Reading) -> Iterator[str]:
    if reading.number("cities-invited") == 0:
        yield _("No city was invited in this period.")
    yield from _figures(reading, OF_CITIES)
    if reasons := _listed(_own(reading, "refusals")):
        told = ngettext("The reason given: {reasons}.", "The reasons given: {reasons}.", len(reasons))
        yield told.format(reasons=", ".join(reasons))


def _sessions(reading: Reading) -> Iterator[str]:
    if reading.is_empty:
        yield _("No session has been held in this period.")
    yield from _figures(reading, HELD)
    yield from _on_average(reading)
    yield from _figures(reading, PLANNED)


def _on_average(reading: Reading) -> Iterator[str]:
    """To be read out, in whole participants; the exact mean stands in the table."""
    mean = reading.number("participants-per-session")
    if mean is not None:
        n = int(rounded(mean, 0))
        yield ngettext(
            "On average, {n} participant came to a session.", "On average, {n} participants came to a session.", n
        ).format(n=n)


def _opinions(reading: Reading) -> Iterator[str]:
    said = _rows(reading, "satisfaction")
    if rate := said.pop("response-rate", ""):
        yield rate
    yield from _fewer(reading)
    yield from _out_of_the_same(said.values())
    if barriers := _listed(_own(reading, "barriers")):
        told = _("What stands in the way, as a share of the answers, each of which may name several: {barriers}.")
        yield told.format(barriers=", ".join(barriers))


def _fewer(reading: Reading) -> Iterator[str]:
    """Why the answers that something is said of are not as many as those who answered, where they are not."""
    if answered := reading.not_all_counted:
        yield ngettext(
            "{n} answered; what follows may be of fewer answers: they are counted five by five, and a question may be skipped.",
            "{n} answered; what follows may be of fewer answers: they are counted five by five, and a question may be skipped.",
            answered,
        ).format(n=shown(Fraction(answered), Unit.COUNT))


def _wishes(reading: Reading) -> Iterator[str]:
    """Whether wishes became registrations, when trainings start, and why the others stopped."""
    funnel = reading.tables.get("funnel")
    told = funnel.notes if funnel and not funnel.is_own else [*_out_of_the_same(_reached(reading))]
    yield from told or [_("No slip signed after a session tells whether wishes became registrations.")]
    if until := reading.wishes_until:
        yield until
    yield from _start(reading)
    yield from _reasons(
        reading.tables.get("stopped"),
        _("Those who asked for a training and took none say why: {reasons}."),
        _("Why those who asked for a training took none can’t be shown: few said why, or it could be worked out."),
    )
    yield from _reasons(
        reading.tables.get("declining"),
        _("Those who want nothing for now say why: {reasons}."),
        _("Why others want nothing for now can’t be shown: few said why, or it could be worked out."),
    )


def _reasons(table: Table | None, told: str, untold: str) -> Iterator[str]:
    """Those that are shown, then those that are held back, be it that nobody gave them; `untold` where not one is shown."""
    is_own = table is not None and table.is_own
    held_back = [_in_line(row.label) for row in table.rows if row.own[0].is_held_back] if table and is_own else []
    if shown_ones := _listed(table if is_own else None):
        yield told.format(reasons=", ".join(shown_ones))
        if held_back:
            words = _("Not shown, because few gave them or because they could be worked out: {reasons}.")
            yield words.format(reasons=", ".join(held_back))
    elif held_back or (table and table.is_too_small):
        yield untold


def _reached(reading: Reading) -> Iterable[str]:
    """How far those got who asked for a training; how many they are is said with it, and by itself where none can have got anywhere."""
    found = _rows(reading, "funnel")
    return [told for code, told in found.items() if code != "slips-wanting"] or found.values()


def _start(reading: Reading) -> Iterator[str]:
    """Where wishes became registrations to what lies outside the period, that none is announced in it would only confuse."""
    day = reading.first_training
    if day:
        told = _("Trainings begin on {day}.") if day > reading.as_of.date() else _("Trainings began on {day}.")
        yield told.format(day=dates.day(day))
    elif not _is_booked(reading):
        yield _("No training of this period has been announced.")


def _is_booked(reading: Reading) -> bool:
    funnel = _own(reading, "funnel")
    return any(row.own[0].exact for row in funnel.rows if row.code == "slips-booked" and row.own) if funnel else False


def _costs(reading: Reading) -> Iterator[str]:
    told = [*_out_of_the_same(_figures(reading, OF_COSTS))]
    yield from told or [_("No training has been paid with a voucher in this period.")]


def _left_out(reading: Reading) -> Iterator[str]:
    reach = reading.figures.get("reach")
    if reach and reach.own.exact is None:
        yield _(
            "How many shops there are in these cities is not known, and so neither is the share of them that took part."
        )
    yield _(
        "Costs are those of vouchers alone: awareness sessions, rooms, mobilisation in the cities and the work of the staff are not in "
        "them."
    )
    yield _(
        "Answers are anonymous; answers, scores and opinions are shown only where there are at least {floor}."
    ).format(floor=reading.floor)


def _rows(reading: Reading, table: str) -> dict[str, str]:
    """The sentences of a table whose rows are figures, each with its value and over how many it is, by their codes."""
    found = _own(reading, table)
    counted = [row for row in (found.rows if found else ()) if row.own and row.own[0].exact is not None]
    return {row.code: reading.sentence(row.code, row.own[0], int(row.own[1].exact or 0)) for row in counted}


def _out_of_the_same(sentences: Iterable[str]) -> Iterator[str]:
    """Those that begin alike up to their comma ("Of 142 answers, ...") are one sentence: what they are out of is said once."""
    for base, alike in groupby(sentences, key=lambda told: told.partition(", ")[0]):
        first, *others = alike
        told = [first.removesuffix("."), *(each.removeprefix(f"{base}, ").removesuffix(".") for each in others)]
        yield pgettext("between parts of a sentence", "; ").join(told) + "."


def _own(reading: Reading, code: str) -> Table | None:
    """Not one that stands for a greater place because the subject is too small."""
    table = reading.tables.get(code)
    return table if table and table.is_own else None


def _listed(table: Table | None) -> list[str]:
    """The rows with their own first number, the greatest first; none where none is shown."""
    counted = [row for row in table.rows if row.own and row.own[0].exact] if table else []
    return [f"{_in_line(row.label)} ({row.own[0].words})" for row in sorted(counted, key=_size, reverse=True)]


def _in_line(label: str) -> str:
    """As it is written within a sentence; German has its nouns large, and English who speaks."""
    is_large = read_in() == "de" or label.startswith("I ")
    return label if is_large else label[:1].lower() + label[1:]


def _size(row: Row) -> Fraction:
    return row.own[0].exact or Fraction()
