from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.programmes.makers import make_city
from tests.trainings.sessions import IN_TEN_DAYS, NOW, PRICES, make_session, make_shop, make_training, register
from trainings import registering, vouchers
from trainings.models import VoucherEntry
from trainings.vouchers import Forecast, Price

pytestmark = pytest.mark.django_db
RESERVED, RELEASED = (str(kind.label) for kind in (VoucherEntry.Kind.RESERVED, VoucherEntry.Kind.RELEASED))
LATER = NOW + timedelta(hours=1)
EARLY, LATE = IN_TEN_DAYS.date() - timedelta(days=1), IN_TEN_DAYS.date() + timedelta(days=1)


def kinds(registration):
    return [*registration.voucher_entries.values_list("kind", flat=True)]


def euro(text):
    return Decimal(text)


def test_price_is_shared_as_the_programme_says():
    price = vouchers.price_of(make_training())
    assert price == Price(full=euro("180.00"), public_share=euro("90.00"), helper=euro("0.00"))
    assert (price.paid, price.with_voucher) == (euro("90.00"), euro("90.00"))


def test_price_of_what_is_free_is_none():
    assert vouchers.price_of(make_session()) is None
    assert vouchers.price_of(make_training(module_fields={"price": "0.00"})) is None


@pytest.mark.parametrize(
    ("fields", "is_paid"),
    [
        ({}, True),
        ({"approval": "requested"}, False),
        ({"approval": "refused", "refusal_reason": "too short"}, False),
        ({"approved_from": LATE}, False),
        ({"approved_until": EARLY}, False),
        ({"approved_from": IN_TEN_DAYS.date(), "approved_until": IN_TEN_DAYS.date()}, True),
    ],
)
def test_voucher_pays_only_what_is_approved_on_the_day(fields, is_paid):
    price = vouchers.price_of(make_training(module_fields=fields))
    assert (price.full, price.with_voucher) == (euro("180.00"), euro("90.00") if is_paid else None)


def test_voucher_pays_only_in_the_cities_that_have_them():
    session = make_training()
    session.programme.prices = PRICES | {"voucher_cities": ["62063"]}
    assert vouchers.price_of(session).with_voucher is None
    session.host = make_city(session.programme, "62063", "Liège", ("4000",))
    assert vouchers.price_of(session).with_voucher == euro("90.00")


def test_programme_without_prices_asks_everybody_the_full_price():
    session = make_training()
    session.programme.prices = {}
    assert vouchers.price_of(session) == Price(full=euro("180.00"), public_share=euro("0.00"), helper=euro("180.00"))


@pytest.mark.parametrize(
    ("price", "share", "public", "paid"),
    [("185.55", "1/2", "92.78", "92.77"), ("100.00", "1/3", "33.33", "66.67"), ("0.01", "1/2", "0.01", "0.00")],
)
def test_shares_make_the_price_to_the_cent(price, share, public, paid):
    session = make_training(module_fields={"price": price})
    session.programme.prices = PRICES | {"voucher_share": share}
    found = vouchers.price_of(session)
    assert (found.public_share, found.paid) == (euro(public), euro(paid))


def test_voucher_is_reserved_when_the_seat_is_taken_for_good():
    registration = register(make_training(), is_confirmed=False)
    assert vouchers.state_of(registration) == ""
    registration = registering.confirm(registration=registration, at=LATER)
    entry = registration.voucher_entries.get()
    assert (entry.kind, entry.full_price, entry.paid, entry.public_share, entry.at) == (
        "reserved",
        euro("180.00"),
        euro("90.00"),
        euro("90.00"),
        LATER,
    )


def test_pair_costs_one_voucher():
    registration = register(make_training(), with_helper=True)
    assert registration.voucher_entries.get().public_share == euro("90.00")


def test_voucher_is_released_with_the_seat_and_reserved_for_who_follows():
    session = make_training(capacity=1)
    first, second = register(session), register(session)
    registering.cancel(registration=first, at=LATER)
    assert (kinds(first), kinds(second)) == (["reserved", "released"], [])
    registering.confirm(registration=second, at=LATER)
    assert kinds(second) == ["reserved"]


def test_each_movement_is_written_once_and_earned_by_mistake_is_returned():
    registration = register(make_training())
    for verb in (vouchers.reserve, vouchers.earn, vouchers.earn, vouchers.release, vouchers.release, vouchers.earn):
        verb(registration=registration, at=LATER)
    assert kinds(registration) == ["reserved", "earned", "returned", "reserved", "earned"]


def test_price_stays_what_was_agreed():
    session = make_training()
    registration = register(session)
    session.module.price = euro("300.00")
    session.module.save(update_fields=["price"])
    vouchers.earn(registration=registration, at=LATER)
    assert registration.voucher_entries.last().full_price == euro("180.00")
    assert register(session).voucher_entries.get().full_price == euro("300.00")


def test_forecast_counts_reserved_and_earned_against_the_budget_as_of_a_day():
    session = make_training()
    session.campaign.voucher_budget = euro("1000.00")
    rows = [register(session) for _ in range(4)]
    vouchers.earn(registration=rows[0], at=LATER)
    registering.cancel(registration=rows[1], at=LATER)
    before = Forecast(budget=euro("1000.00"), reserved=euro("360.00"), earned=euro("0.00"))
    after = Forecast(budget=euro("1000.00"), reserved=euro("180.00"), earned=euro("90.00"))
    assert [vouchers.forecast(session.campaign, at) for at in (NOW, LATER, None)] == [before, after, after]
    assert (before.left, after.left) == (euro("640.00"), euro("730.00"))


def test_forecast_without_entries_or_budget_is_nothing():
    forecast = vouchers.forecast(make_session().campaign)
    assert forecast == Forecast(budget=None, reserved=euro("0"), earned=euro("0"))
    assert forecast.left is None


def test_accountant_has_a_line_for_each_voucher_as_it_stands():
    session = make_training()
    shop = make_shop(session)
    first, second = register(session, business=shop), register(session)
    register(make_session(session.programme))
    registering.cancel(registration=second, at=LATER)
    header, *rows = vouchers.accountant_rows(session.campaign)
    assert [len(row) for row in rows] == [len(header)] * 2
    assert {(row[0], row[7], row[10], row[11], row[12], row[13]) for row in rows} == {
        (str(first.uid), "Fleurs Dupont", euro("180.00"), euro("90.00"), euro("90.00"), RESERVED),
        (str(second.uid), "", euro("180.00"), euro("90.00"), euro("90.00"), RELEASED),
    }
    assert [row[13] for row in [*vouchers.accountant_rows(session.campaign, at=NOW)][1:]] == [RESERVED] * 2


@pytest.mark.parametrize(
    ("fields", "guard"),
    [
        ({"paid": "90.01"}, "voucher_shares_make_the_price"),
        ({"position": 1, "kind": "reserved"}, "voucher_entry_once"),
        ({"kind": "earned", "registration": None}, "voucher_begins_reserved"),
    ],
)
def test_database_keeps_the_ledger_whole(fields, guard):
    session = make_training()
    registration, other = register(session), register(make_session(session.programme))
    given = {"registration": registration, "campaign": session.campaign, "position": 2, "kind": "released"}
    amounts = {"full_price": "180.00", "paid": "90.00", "public_share": "90.00", "at": datetime.now(UTC)}
    if "registration" in fields:
        fields = fields | {"registration": other, "position": 1}
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        VoucherEntry.objects.create(**{**given, **amounts, **fields})
