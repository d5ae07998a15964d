"""What pages say of a session, in the reader's language; nothing here asks the database more than its rows hold already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from asking.statements import Given, Statement
from programmes.models import Programme
from questionnaires.texts import said
from trainings import links, moments
from trainings.certifying import Earned
from trainings.models import Module, Registration, Session
from trainings.vouchers import Price, price_of

MAP = "https://www.openstreetmap.org/search"
TRAINERS = Statement(
    lambda: User.objects.filter(sessions=Given("session")).exclude(name="").order_by("pk").values_list("name")
)


class Standing(StrEnum):
    """What one can do with a session now."""

    DRAFT = "draft"
    SOON = "soon"  # registration opens later
    OPEN = "open"
    FULL = "full"  # one may wait
    CLOSED = "closed"
    CANCELLED = "cancelled"
    OVER = "over"


class SessionView:
    """A session with its names loaded (`with_names`), at a moment."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session = session
        self.at = at

    @cached_property
    def standing(self) -> Standing:
        session, state = self.session, Session.State(self.session.state)
        if state == Session.State.DRAFT:
            return Standing.DRAFT
        if state == Session.State.CANCELLED:
            return Standing.CANCELLED
        if state == Session.State.HELD or (session.ends_at and session.ends_at <= self.at):
            return Standing.OVER
        if session.is_open_at(self.at):
            return Standing.OPEN if session.free_seats else Standing.FULL
        is_soon = state == Session.State.OPEN and session.opens_at and session.opens_at > self.at
        return Standing.SOON if is_soon else Standing.CLOSED

    @property
    def may_register(self) -> bool:
        return self.standing in (Standing.OPEN, Standing.FULL)

    @property
    def opens(self) -> str:
        return moments.day_and_clock(self.session.opens_at) if self.session.opens_at else ""

    @cached_property
    def dates(self) -> list[str]:
        return moments.spans(self.session)

    @property
    def when(self) -> str:
        """The first date, for where there is room for one."""
        return self.dates[0] if self.dates else _("Date to come")

    @property
    def further_dates(self) -> int:
        return max(len(self.dates) - 1, 0)

    @property
    def where(self) -> str:
        return _("Online") if self.session.kind == Session.Kind.WEBINAR else self.session.host.name

    @cached_property
    def other_cities(self) -> list[str]:
        """The cities that organise it together with the host."""
        return sorted(city.name for city in self.session.cities.all() if city.pk != self.session.host_id)

    @property
    def map_url(self) -> str:
        session = self.session
        if not session.address:
            return ""
        place = session.address if session.host.name in session.address else f"{session.address}, {session.host.name}"
        return f"{MAP}?{urlencode({'query': place})}"

    @property
    def distance(self) -> str:
        """From the place that was asked for; "" where none was, or where it does not matter."""
        km = getattr(self.session, "km", None)
        return _("about %(km)s km away") % {"km": number_format(round(km))} if km and km >= 1 else ""

    @cached_property
    def seats_left(self) -> str:
        if self.standing == Standing.FULL:
            return _("Full: you can join the waiting list")
        n = self.session.free_seats
        return ngettext("%(n)s seat left", "%(n)s seats left", n) % {"n": number_format(n)}

    @property
    def languages(self) -> str:
        names = dict(settings.LANGUAGES)
        return ", ".join(str(names.get(code, code)) for code in self.session.languages)

    @property
    def bring(self) -> str:
        return said(self.session.bring)

    @cached_property
    def price(self) -> Price | None:
        return price_of(self.session)

    @property
    def price_in_short(self) -> str:
        if self.price is None:
            return _("Free")
        if self.price.with_voucher is None:
            return money(self.price.full)
        return _("%(full)s, or %(less)s with a voucher") % {
            "full": money(self.price.full),
            "less": money(self.price.with_voucher),
        }

    @property
    def full_price(self) -> str:
        return money(self.price.full) if self.price else _("Free")

    @property
    def voucher_price(self) -> str:
        return money(self.price.with_voucher) if self.price and self.price.with_voucher is not None else ""

    @property
    def helper_price(self) -> str:
        """What the helper pays who comes along; "" where nobody pays."""
        if self.price is None:
            return ""
        return money(self.price.helper) if self.price.helper else _("free")

    @cached_property
    def trainers(self) -> list[str]:
        return [name for (name,) in TRAINERS.rows(session=self.session.pk)]


class Mine:
    """One's registration, as “my space” lists it; its names and its session's dates are loaded."""

    def __init__(self, registration: Registration, at: datetime) -> None:
        self.registration = registration
        self.view = SessionView(registration.session, at)
        self.at = at

    @property
    def is_coming(self) -> bool:
        """Something may still come of it, or has just been decided about a session to come."""
        return self.view.standing not in (Standing.OVER, Standing.CANCELLED) and self.registration.is_live

    @property
    def is_sure(self) -> bool:
        return self.registration.state == Registration.State.REGISTERED

    @property
    def state(self) -> str:
        if self.view.standing == Standing.CANCELLED:
            return _("does not take place")
        return str(self.registration.get_state_display())

    @property
    def cost(self) -> str:
        """What this shop pays, as the ledger of the vouchers has it; "" where it is free, or nothing is due any more."""
        entry = next(iter(reversed(self.registration.voucher_entries.all())), None)
        if entry and entry.is_standing:
            words = _("%(paid)s for you, %(public)s paid by the voucher")
            return words % {"paid": money(entry.paid), "public": money(entry.public_share)}
        return self.view.price_in_short if self.view.price and self.is_coming and not entry else ""

    @property
    def may_cancel(self) -> bool:
        until = self.registration.session.cancellable_until
        return self.registration.is_live and (until is None or self.at < until)


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate that somebody earned and may have, ready to be listed; `name` is of who bears it."""

    title: str
    day: str
    name: str
    is_helper: bool
    path: str


def certified(heads: Iterable[Earned]) -> list[Certified]:
    return [
        Certified(
            title=head.registration.session.title,
            day=moments.day(head.dates[-1].starts_at),
            name=head.name,
            is_helper=head.is_helper,
            path=links.certificate_path(head.registration, is_helper=head.is_helper),
        )
        for head in heads
        if head.may_be_had
    ]


def money(amount: Decimal) -> str:
    """Euro; without cents where there are none."""
    is_round = amount == amount.to_integral_value()
    return _("€%(amount)s") % {"amount": number_format(amount, decimal_pos=0 if is_round else 2)}


@dataclass(frozen=True, slots=True)
class Offered:
    """A module, as the page of its topic shows it."""

    provider: str
    hours: int
    price: str
    takes_vouchers: bool


@dataclass(frozen=True, slots=True)
class PriceRules:
    """What a topic costs: the modules, and the programme's rules as shares of the full price, ready to be shown."""

    modules: tuple[Offered, ...]
    voucher_pays: str
    helper_pays: str
    some_cities_only: bool


def price_rules(programme: Programme, modules: Iterable[Module], at: datetime) -> PriceRules:
    rules: Mapping[str, object] = programme.prices
    day = timezone.localdate(at)
    offered = tuple(
        Offered(
            module.provider, module.hours, money(module.price) if module.price else _("Free"), module.is_payable_on(day)
        )
        for module in modules
    )
    return PriceRules(
        modules=offered,
        voucher_pays=_percent(rules.get("voucher_share")) if any(module.takes_vouchers for module in offered) else "",
        helper_pays=_percent(rules.get("helper_share", 1)),
        some_cities_only=rules.get("voucher_cities") is not None,
    )


def _percent(share: object) -> str:
    """With its sign; the empty string for nothing at all."""
    part = Fraction(str(share or 0)) * 100
    number = number_format(round(float(part), 1), decimal_pos=0 if part.denominator == 1 else 1)
    return _("%(number)s%%") % {"number": number} if part else ""
