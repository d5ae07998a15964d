import pytest

from accounts.models import User
from businesses.models import Merge
from tests.trainings.sessions import make_session, register
from tests.trainings.staff import browser_of
from trainings.models import Registration, SeatEvent, Session

pytestmark = pytest.mark.django_db
SESSION = ("change", "publish", "close", "reopen", "hold", "cancel", "copy", "few", "register")
REGISTRATION = ("change", "cancel", "move", "overbook")
LISTS = ("session", "registration", "seatevent", "module", "voucherentry", "interest", "topic", "voucherentry/forecast")
# What an adviser may open: to look, and to register somebody.
FOR_ADVISERS = {"session/change", "session/register", "registration/change"}


@pytest.fixture
def rows(db):
    session = make_session()
    return {"session": session.pk, "registration": register(session).pk}


def pages(rows):
    return {
        f"{kind}/{name}": f"/admin/trainings/{kind}/{rows[kind]}/{name}/"
        for kind, names in (("session", SESSION), ("registration", REGISTRATION))
        for name in names
    }


def test_staff_opens_all_pages_and_changes_nothing_by_looking(rows, staff):
    before = [[*kind.objects.values()] for kind in (Session, Registration, SeatEvent)]
    lists = {name: f"/admin/trainings/{name}/" for name in LISTS} | {"needs": "/admin/diagnostics/diagnostic/needs/"}
    found = {name: staff.get(path).status_code for name, path in (pages(rows) | lists).items()}
    assert found == dict.fromkeys(found, 200)
    assert [[*kind.objects.values()] for kind in (Session, Registration, SeatEvent)] == before


def test_adviser_looks_and_registers(rows, adviser):
    found = {name: adviser.get(path).status_code for name, path in pages(rows).items()}
    assert found == {name: 200 if name in FOR_ADVISERS else 403 for name in found}
    posted = {name: adviser.post(path).status_code for name, path in pages(rows).items() if name != "session/register"}
    assert posted == dict.fromkeys(posted, 403)


@pytest.mark.parametrize("who", ["trainer", "official"])
def test_trainers_and_officials_have_no_admin(rows, request, who):
    browser = request.getfixturevalue(who)
    paths = [
        *pages(rows).values(),
        *(f"/admin/trainings/{name}/" for name in LISTS),
        "/admin/diagnostics/diagnostic/needs/",
    ]
    assert {browser.get(path, follow=True).status_code for path in paths} == {403}
    assert {browser.post(path, follow=True).status_code for path in paths} == {403}
    assert (Session.objects.get().state, Merge.objects.count()) == ("open", 0)


def test_unknown_rows_are_not_found(rows, staff):
    missing = pages({"session": 0, "registration": 0})
    found = {name: staff.get(path).status_code for name, path in missing.items() if not name.endswith("change")}
    assert found == dict.fromkeys(found, 404)


def test_no_page_has_anything_inline(rows, staff):
    lists = {name: f"/admin/trainings/{name}/" for name in LISTS}
    for name, path in (pages(rows) | lists).items():
        shown = staff.get(path).content.decode()
        assert "<style" not in shown, name
        assert "style=" not in shown, name
        assert "<script>" not in shown, name
        assert " onclick=" not in shown, name


@pytest.mark.parametrize(
    "path",
    [
        "diagnostics/diagnostic/needs/",
        "diagnostics/diagnostic/needs.csv",
        "trainings/voucherentry/forecast/",
        "trainings/voucherentry/accountant/1/",
    ],
)
def test_staff_without_the_right_gets_no_figures(roles, path):
    nobody = User.objects.create_user("nora@programme.example", is_staff=True)
    assert browser_of(nobody).get(f"/admin/{path}").status_code == 403


def test_needs_are_a_file_too(rows, staff):
    answer = staff.get("/admin/diagnostics/diagnostic/needs.csv")
    assert answer["Content-Disposition"].startswith('attachment; filename="needs-')
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")
