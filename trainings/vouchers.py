"""Vouchers as a ledger: what the public pays for a seat is reserved at registration, earned on attendance, released on absence or
cancellation.

It is a forecast beside the books of the voucher operator. Money is Decimal in euro; the rules are those of programme.yaml.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.models import Campaign
from trainings.models import Registration, Session, VoucherEntry

Kind = VoucherEntry.Kind
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Price:
    """What a training costs whom, in euro: `full` is shared by the participant and the public, `helper` comes beside it."""

    full: Decimal
    public_share: Decimal
    helper: Decimal

    @property
    def paid(self) -> Decimal:
        """By the participant."""
        return self.full - self.public_share

    @property
    def with_voucher(self) -> Decimal | None:
        """None where no voucher pays."""
        return self.paid if self.public_share else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What vouchers of a campaign cost, in euro; `budget` is None where the programme says none."""

    budget: Decimal | None
    reserved: Decimal
    earned: Decimal

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.reserved - self.earned


def price_of(session: Session) -> Price | None:
    """What is shown before registering; None when it is free for everybody."""
    module, rules = session.module, session.programme.prices
    if module is None or not module.price:
        return None
    day = timezone.localdate(session.starts_at) if session.starts_at else timezone.localdate()
    voucher = Fraction(rules["voucher_share"]) if rules and _is_paid_by_voucher(session, day) else Fraction(0)
    helper = Fraction(rules["helper_share"]) if rules else Fraction(1)
    return Price(module.price, _part(module.price, voucher), _part(module.price, helper))


def _is_paid_by_voucher(session: Session, day: date) -> bool:
    """The module must be approved on the day of the session, and the host be a city in which vouchers exist."""
    cities = session.programme.prices["voucher_cities"]
    is_here = cities is None or session.host.code in cities
    return is_here and session.module is not None and session.module.is_payable_on(day)


def _part(price: Decimal, share: Fraction) -> Decimal:
    """Rounded half up to the cent."""
    return Decimal(floor(Fraction(price) * share * 100 + Fraction(1, 2))) / 100


def reserve(*, registration: Registration, at: datetime, by: User | None = None) -> None:
    """Once a seat is taken for good; again for a voucher that was released, at its price of then."""
    if not registration.session.module_id:
        return
    last = _last(registration)
    if last is None:
        begin(registration.session, [registration], at, by)
    elif last.kind in (Kind.RELEASED, Kind.RETURNED):
        _follow(last, Kind.RESERVED, at, by)


def begin(session: Session, registrations: Sequence[Registration], at: datetime, by: User | None) -> None:
    """The first entry of each of these seats of the session, which were taken for good and have none."""
    price = price_of(session) if registrations and session.module_id else None
    if price and price.public_share:
        VoucherEntry.objects.bulk_create(_first(registration, session, price, at, by) for registration in registrations)


def earn(*, registration: Registration, at: datetime, by: User | None = None) -> None:
    """The module was attended to its threshold. Reserves first what is not reserved. Twice does no harm."""
    reserve(registration=registration, at=at, by=by)
    last = _last(registration)
    if last and last.kind == Kind.RESERVED:
        _follow(last, Kind.EARNED, at, by)


def release(*, registration: Registration, at: datetime, by: User | None = None) -> None:
    """The seat was given back, or nobody came; what was earned by mistake is returned. Twice does no harm."""
    last = _last(registration)
    if last and last.kind == Kind.RESERVED:
        _follow(last, Kind.RELEASED, at, by)
    elif last and last.kind == Kind.EARNED:
        _follow(last, Kind.RETURNED, at, by)


def state_of(registration: Registration) -> str:
    """The kind of the last entry, or "" where there is no voucher."""
    last = _last(registration)
    return last.kind if last else ""


def _last(registration: Registration) -> VoucherEntry | None:
    return VoucherEntry.objects.filter(registration=registration).order_by("-position").first()


def _first(registration: Registration, session: Session, price: Price, at: datetime, by: User | None) -> VoucherEntry:
    return VoucherEntry(
        registration=registration,
        campaign_id=session.campaign_id,
        position=1,
        kind=Kind.RESERVED,
        full_price=price.full,
        paid=price.paid,
        public_share=price.public_share,
        at=at,
        by=by,
    )


def _follow(last: VoucherEntry, kind: str, at: datetime, by: User | None) -> None:
    """The next movement of the same amounts; of two at once the table keeps one."""
    VoucherEntry.objects.create(
        registration_id=last.registration_id,
        campaign_id=last.campaign_id,
        position=last.position + 1,
        kind=kind,
        full_price=last.full_price,
        paid=last.paid,
        public_share=last.public_share,
        at=at,
        by=by,
    )


def forecast(campaign: Campaign, at: datetime | None = None) -> Forecast:
    """The sums of the campaign's ledger, in euro, now or as they stood at a time."""
    entries = VoucherEntry.objects.filter(campaign=campaign).until(at).order_by()
    sums = dict(entries.values_list("kind").annotate(Sum("public_share")))
    moved = {kind: sums.get(kind, NOTHING) for kind in Kind}
    return Forecast(
        budget=campaign.voucher_budget,
        reserved=moved[Kind.RESERVED] - moved[Kind.EARNED] - moved[Kind.RELEASED],
        earned=moved[Kind.EARNED] - moved[Kind.RETURNED],
    )


COLUMNS = (
    _("registration"),
    _("campaign"),
    _("first day"),
    _("session"),
    _("provider"),
    _("approval number"),
    _("host city"),
    _("shop"),
    _("enterprise number"),
    _("person"),
    _("full price, EUR"),
    _("paid by the participant, EUR"),
    _("public share, EUR"),
    _("voucher"),
    _("since"),
)


def accountant_rows(campaign: Campaign, at: datetime | None = None) -> Iterator[tuple[object, ...]]:
    """A line for each registration with a voucher, as it stands now or stood at a time; the first names the columns."""
    yield tuple(str(column) for column in COLUMNS)
    latest = VoucherEntry.objects.filter(campaign=campaign).until(at).last_of_each()
    names = ("session__topic", "session__module__topic", "session__host", "person", "business")
    for entry in latest.select_related(*(f"registration__{name}" for name in names), "campaign").iterator():
        yield _accountant_row(entry)


def _accountant_row(entry: VoucherEntry) -> tuple[object, ...]:
    registration = entry.registration
    session, shop = registration.session, registration.business
    return (
        str(registration.uid),
        entry.campaign.code,
        timezone.localdate(session.starts_at) if session.starts_at else None,
        session.title,
        session.module.provider if session.module else "",
        session.module.approval_number if session.module else "",
        session.host.name,
        shop.name if shop else "",
        shop.enterprise_number if shop else "",
        registration.person.name,
        entry.full_price,
        entry.paid,
        entry.public_share,
        str(entry.get_kind_display()),
        timezone.localtime(entry.at),
    )
