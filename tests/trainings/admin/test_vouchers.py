import pytest

from tests.trainings.sessions import make_person, make_shop, make_training, register

pytestmark = pytest.mark.django_db
VOUCHERS = "/admin/trainings/voucherentry/"


@pytest.fixture
def training():
    session = make_training()
    session.campaign.voucher_budget = "1000.00"
    session.campaign.save()
    register(session, person=make_person("=1+1"), business=make_shop(session))
    return session


def test_forecast_stands_against_the_budget(training, staff):
    shown = staff.get(f"{VOUCHERS}forecast/")
    ((_campaign, seen),) = shown.context["rows"]
    assert (str(seen.reserved), str(seen.left)) == ("90.00", "910.00")
    assert "books of the voucher operator" in shown.content.decode()


def test_file_for_the_accountant_holds_no_formula(training, staff):
    answer = staff.get(f"{VOUCHERS}accountant/{training.campaign_id}/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"].startswith('attachment; filename="vouchers-campaign-2026-')
    assert (len(lines), "'=1+1" in lines[1], ",=1+1" in lines[1]) == (2, True, False)


def test_ledger_is_not_changed_by_hand(training, staff):
    entry = training.registrations.get().voucher_entries.get()
    for path in (f"{VOUCHERS}add/", f"{VOUCHERS}{entry.pk}/change/", f"{VOUCHERS}{entry.pk}/delete/"):
        assert staff.post(path, {"kind": "earned", "post": "yes"}).status_code == 403


def test_trainers_get_no_file(training, trainer):
    assert trainer.get(f"{VOUCHERS}accountant/{training.campaign_id}/", follow=True).status_code == 403
