"""What trainings cost and who pays for them, out of the ledger of vouchers; and the modules that vouchers may pay for.

Sums are exact, in euro. It is a forecast beside the books of the voucher operator.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from figures.counting import Counting, by_time, number_of
from figures.definition import Definition, Filters, Unit, Value, mean, share
from trainings.figures.participants import BREAKDOWNS, OF_PARTICIPANTS, paths_from, placed
from trainings.models import Module, ModuleQuerySet, Session, VoucherEntry

Kind = VoucherEntry.Kind
PATHS = {**paths_from("registration__"), **by_time("at"), "campaign": "campaign"}


def standing(kind: str, filters: Filters) -> QuerySet[VoucherEntry]:
    """The last entry of each registration by then, where it is of this kind; in a period by the moment of that entry."""
    ledger = VoucherEntry.objects.until(filters.as_of).filter(filters.known("recorded_at"))
    later = ledger.filter(registration=OuterRef("registration"), position__gt=OuterRef("position"))
    wanted = Q(registration__session__programme=filters.programme) & filters.in_period("at")
    if filters.campaign is not None:
        wanted &= Q(campaign=filters.campaign)
    if filters.kind:
        wanted &= Q(registration__session__kind=filters.kind)
    found = ledger.filter(wanted, ~Exists(later), kind=kind)
    return placed(found, filters, "registration__")


earned_rows = partial(standing, Kind.EARNED)
reserved_rows = partial(standing, Kind.RESERVED)


def _sum(rows: Any, column: str) -> Counting:
    return Counting(rows, {"sum": Sum(column), "n": Count("pk")}, _summed, PATHS)


def _summed(row: Mapping[str, Any]) -> Value:
    return Value(Fraction(row["sum"] or 0), row["n"])


def _public_part(row: Mapping[str, Any]) -> Value:
    return share(Fraction(row["public"] or 0), Fraction(row["full"] or 0), row["n"])


def _per_shop(column: str) -> Counting:
    """What was paid for people without a shop is no shop's."""
    of_shops = Sum(column, filter=Q(registration__business__isnull=False))
    columns = {"sum": of_shops, "shops": Count("registration__business", distinct=True)}
    return Counting(earned_rows, columns, lambda row: mean(Fraction(row["sum"] or 0), row["shops"]), PATHS)


FULL, PAID, PUBLIC = (_sum(earned_rows, column) for column in ("full_price", "paid", "public_share"))
RESERVED = _sum(reserved_rows, "public_share")
PUBLIC_PART = Counting(
    earned_rows, {"public": Sum("public_share"), "full": Sum("full_price"), "n": Count("pk")}, _public_part, PATHS
)
PRICE_PER_SHOP, PUBLIC_PER_SHOP = _per_shop("full_price"), _per_shop("public_share")


def full_price(filters: Filters) -> Value:
    """Euro, from 0: full price of the seats whose voucher is earned; n counts them. Source: VoucherEntry."""
    return FULL.whole(filters)


def paid(filters: Filters) -> Value:
    """Euro, from 0: what participants pay of it; n as above. Source: VoucherEntry."""
    return PAID.whole(filters)


def public_share(filters: Filters) -> Value:
    """Euro, from 0: what the public pays of it; n as above. Source: VoucherEntry."""
    return PUBLIC.whole(filters)


def reserved(filters: Filters) -> Value:
    """Euro, from 0: what the public would pay for vouchers reserved and not earned; n counts them. Source: VoucherEntry."""
    return RESERVED.whole(filters)


def public_part(filters: Filters) -> Value:
    """Public share (numerator, euro) of the full price (denominator, euro), a ratio from 0 to 1; None where nothing is earned; n
    counts the vouchers. Source: VoucherEntry."""
    return PUBLIC_PART.whole(filters)


def price_per_shop(filters: Filters) -> Value:
    """Full price in euro over different shops (n); None without any. Source: VoucherEntry, Registration.business."""
    return PRICE_PER_SHOP.whole(filters)


def public_share_per_shop(filters: Filters) -> Value:
    """Public share in euro over different shops (n); None without any. Source: VoucherEntry, Registration.business."""
    return PUBLIC_PER_SHOP.whole(filters)


def module_rows(filters: Filters) -> ModuleQuerySet:
    found = Module.objects.filter(programme=filters.programme)
    return found.filter(approval=filters.kind) if filters.kind else found


MODULES = number_of(module_rows, paths={"kind": "approval", "topic": "topic"})


def modules(filters: Filters) -> Value:
    """Modules as they stand today, from 0; n is the same. Source: Module.approval."""
    return MODULES.whole(filters)


def _define(code: str, counting: Counting, **said: Any) -> Definition:
    return Definition(
        code=code,
        split=counting.parts,
        accepts=OF_PARTICIPANTS,
        breakdowns=BREAKDOWNS,
        kinds=Session.Kind.choices,
        **{"unit": Unit.EURO, "rows": earned_rows, **said},
    )


FIGURES: Sequence[Definition] = (
    Definition(
        code="modules",
        name=_("Modules"),
        words=_("Modules as they stand today; the kind is where each stands with its approval for vouchers."),
        unit=Unit.COUNT,
        compute=modules,
        split=MODULES.parts,
        rows=module_rows,
        accepts=frozenset({"kind"}),
        breakdowns=("kind", "topic"),
        undated=_("Only how modules stand today is kept: how they stood on an earlier day cannot be counted."),
        kinds=Module.Approval.choices,
        sentence=ngettext_lazy("There is {value} module.", "There are {value} modules.", "count"),
    ),
    _define(
        "vouchers-full-price",
        FULL,
        compute=full_price,
        name=_("Vouchers: full price"),
        words=_(
            "Full price of the seats in trainings whose voucher is earned by attendance, in the period in which it was earned."
        ),
        sentence=ngettext_lazy(
            "For the {n} seat paid with vouchers, the full price is {value}.",
            "For the {n} seats paid with vouchers, the full price is {value} in all.",
            "count",
        ),
    ),
    _define(
        "vouchers-paid",
        PAID,
        compute=paid,
        name=_("Vouchers: paid by participants"),
        words=_("What participants pay of the full price of the seats whose voucher is earned."),
        sentence=ngettext_lazy(
            "For the {n} seat paid with vouchers, participants pay {value}.",
            "For the {n} seats paid with vouchers, participants pay {value}.",
            "count",
        ),
    ),
    _define(
        "vouchers-public-share",
        PUBLIC,
        compute=public_share,
        name=_("Vouchers: public share"),
        words=_("What the public pays of the full price of the seats whose voucher is earned."),
        sentence=ngettext_lazy(
            "For the {n} seat paid with vouchers, the public pays {value}.",
            "For the {n} seats paid with vouchers, the public pays {value}.",
            "count",
        ),
    ),
    _define(
        "vouchers-reserved",
        RESERVED,
        compute=reserved,
        rows=reserved_rows,
        name=_("Vouchers: public share reserved"),
        words=_("What the public will pay if everybody comes for whom a voucher is reserved and not yet earned."),
        sentence=ngettext_lazy(
            "{value} is reserved for {n} seat to come.", "{value} is reserved for {n} seats to come.", "count"
        ),
    ),
    _define(
        "vouchers-public-part",
        PUBLIC_PART,
        compute=public_part,
        unit=Unit.SHARE,
        made_of=(Unit.EURO, Unit.EURO),
        name=_("Public part of the price of trainings"),
        words=_("Public share over the full price of the seats whose voucher is earned."),
        sentence=ngettext_lazy(
            "For the {n} seat paid with vouchers, the public part is {value} of the price.",
            "For the {n} seats paid with vouchers, the public part is {value} of the price.",
            "count",
        ),
    ),
    _define(
        "price-per-shop",
        PRICE_PER_SHOP,
        compute=price_per_shop,
        made_of=(Unit.EURO, Unit.COUNT),
        each_once="registration__business",
        name=_("Price of trainings per shop"),
        words=_(
            "Full price of the seats whose voucher is earned over the different shops that they were for; seats of people without a shop "
            "are left out."
        ),
        sentence=ngettext_lazy(
            "For the {n} shop with trainings paid with vouchers, the full price is {value}.",
            "For the {n} shops with trainings paid with vouchers, the full price is {value} a shop on average.",
            "count",
        ),
    ),
    _define(
        "public-share-per-shop",
        PUBLIC_PER_SHOP,
        compute=public_share_per_shop,
        made_of=(Unit.EURO, Unit.COUNT),
        each_once="registration__business",
        name=_("Public share per shop"),
        words=_(
            "Public share of the vouchers earned over the different shops that they were for. It leaves out what is not paid with "
            "vouchers: awareness sessions, rooms, mobilisation in the cities, the work of the staff, and seats of people without a shop."
        ),
        sentence=ngettext_lazy(
            "For the {n} shop with trainings paid with vouchers, the public pays {value}, leaving out what is not paid with vouchers.",
            "For the {n} shops with trainings paid with vouchers, the public pays {value} a shop on average, leaving out what is not paid with vouchers.",
            "count",
        ),
    ),
)
