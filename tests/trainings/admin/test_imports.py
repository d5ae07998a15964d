"""The pages of an import: who may, what they say, and what their buttons do."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from businesses.models import Business, Person
from outbox import tasks
from outbox.models import Job, Mail
from tests.trainings.importing.files import HEADS, YANN, ZOE, csv_of, xlsx_of
from tests.trainings.sessions import make_session
from tests.trainings.staff import told
from trainings.importing import applying
from trainings.models import Import, Registration, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session(titles={"en": "Being found"})


def address(session):
    return f"/admin/trainings/session/{session.pk}/imports/"


def bring(browser, session, content, name="liste.csv"):
    return browser.post(address(session), {"file": SimpleUploadedFile(name, content)}, follow=True)


def run():
    for job in Job.objects.filter(kind=applying.KIND, state="requested"):
        tasks.run(job.pk)


def fates(page):
    return [str(each.fate) for each in page.context["shown"]]


def names():
    return [*Person.objects.order_by("pk").values_list("name", flat=True)]


@pytest.mark.parametrize("content", [csv_of(ZOE, YANN), xlsx_of(ZOE, YANN)])
def test_list_is_brought_shown_applied_and_reported(session, staff, content):
    page = bring(staff, session, content)
    assert (page.status_code, fates(page), Person.objects.count()) == (200, ["seat", "seat"], 0)
    page = staff.post(page.request["PATH_INFO"], {"apply": "x", "which": "good", "is_told": "on"}, follow=True)
    assert page["Refresh"] == "2"
    run()
    page = staff.get(page.request["PATH_INFO"])
    assert (fates(page), names(), Mail.objects.count()) == (["done", "done"], ["Zoé Lambert", "Yann Noël"], 2)
    assert "Refresh" not in page.headers
    assert {one.channel for one in Registration.objects.all()} == {"import"}


@pytest.mark.parametrize("who", ["trainer", "official", "adviser"])
def test_pages_are_for_programme_staff(session, staff, request, who):
    bring(staff, session, csv_of(ZOE))
    other = request.getfixturevalue(who)
    base = f"{address(session)}{Import.objects.get().pk}/"
    paths = [address(session), base, f"{base}columns/", f"{base}mend/"]
    assert {other.get(path, follow=True).status_code for path in paths} == {403}
    assert {other.post(path, {"apply": "x"}, follow=True).status_code for path in paths} == {403}
    assert Job.objects.count() == 0


def test_list_of_another_session_is_not_found(session, staff):
    bring(staff, session, csv_of(ZOE))
    path = f"{address(make_session())}{Import.objects.get().pk}/"
    assert [staff.get(path + page).status_code for page in ("", "columns/", "mend/")] == [404, 404, 404]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("liste.csv", b"", "Nothing stands in this file"),
        ("liste.pdf", b"%PDF-1.7", "This is a PDF"),
        ("x.xlsx", b"PK\x03\x04", "can’t be opened"),
        ("x.csv", b"a;b\r\n" * (1024 * 1024 + 1), "more than 5 MB"),
    ],
)
def test_wrong_file_is_refused_in_words_beside_the_field(session, staff, name, content, words):
    page = bring(staff, session, content, name)
    assert words in page.context["form"].errors["file"][0]
    assert Import.objects.count() == 0


def test_columns_that_are_not_known_are_named_by_staff_and_kept(session, staff):
    page = bring(staff, session, csv_of(["Zoé", "Fleurs", "note"], heads=["Wie", "Wat", "Waarom"]))
    path = page.request["PATH_INFO"]
    assert path.endswith("/columns/")
    nameless = staff.post(path, {"column-0": "", "column-1": "shop", "column-2": "", "has_heads": "on"})
    assert nameless.context["form"].non_field_errors() == ["Say which column has the names of the participants."]
    assert nameless.context["form"]["column-1"].value() == "shop"
    page = staff.post(path, {"column-0": "name", "column-1": "shop", "column-2": "", "has_heads": "on"}, follow=True)
    assert (fates(page), page.context["unread"]) == (["seat"], ["Waarom"])
    assert [staff.get(path).context["form"][f"column-{n}"].value() for n in range(3)] == ["name", "shop", ""]


def test_list_without_heads_begins_with_its_first_row(session, staff):
    page = bring(staff, session, csv_of(YANN, heads=ZOE))
    path = page.request["PATH_INFO"]
    page = staff.post(path, {"column-0": "name", "column-1": "shop", "column-2": "postal_code"}, follow=True)
    assert [each.said.name for each in page.context["shown"]] == ["Zoé Lambert", "Yann Noël"]


def test_columns_that_are_not_read_are_said(session, staff):
    page = bring(staff, session, csv_of([*ZOE, "vient tard", "x"], heads=[*HEADS, "Remarques", "Présent(e) ?"]))
    assert page.context["unread"] == ["Remarques"]
    assert "Present" in page.context["read"]


def test_suggested_shop_is_chosen_in_its_row_or_for_all(session, staff):
    shop = Business.objects.create(programme=session.programme, name="Fleurs Zoé", postal_code="5000")
    Business.objects.create(programme=session.programme, name="Bœuf & Cie", postal_code="5000")
    page = bring(staff, session, csv_of(ZOE, YANN))
    path = page.request["PATH_INFO"]
    assert fates(page) == ["decide", "decide"]
    page = staff.post(path, {"choose": "x", "shop-2": f"shop:{shop.pk}", "shop-3": "shop:999"}, follow=True)
    assert fates(page) == ["seat", "decide"]
    page = staff.post(path, {"choose": "new"}, follow=True)
    assert fates(page) == ["seat", "seat"]
    staff.post(path, {"apply": "x", "which": "good"})
    run()
    assert (Business.objects.count(), Mail.objects.count()) == (3, 0)


def test_nothing_is_applied_where_all_was_asked_and_one_is_bad(session, staff):
    page = bring(staff, session, csv_of(ZOE, ["", "x", "", ""]))
    path = page.request["PATH_INFO"]
    staff.post(path, {"apply": "x", "which": "whole"})
    run()
    page = staff.get(path)
    assert (fates(page), names()) == (["seat", "bad"], [])
    assert "Nothing was applied" in page.content.decode()


def test_rows_left_out_are_downloaded_mended_and_brought_again(session, staff):
    page = bring(staff, session, csv_of(ZOE, ["Yann", "=1+1", "5000", "no address"]))
    path = page.request["PATH_INFO"]
    staff.post(path, {"apply": "x", "which": "good"})
    run()
    response = staff.get(f"{path}mend/")
    content = b"".join(response.streaming_content)
    assert response["Content-Disposition"] == 'attachment; filename="liste-to-mend.csv"'
    assert content.decode("utf-8-sig").splitlines() == [
        "Tremplin,Nom,Commerce,Code postal,E-mail",
        "“no address” is not an e-mail address.,Yann,'=1+1,5000,no address",
    ]
    page = bring(staff, session, content.replace(b"5000,no address", b"5000,yann@boeuf.example"))
    assert (fates(page), page.context["unread"]) == (["seat"], [])
    assert page.context["shown"][0].said.shop == "=1+1"


def test_ticked_registrations_of_the_list_are_cancelled(session, staff):
    other = make_session()
    bring(staff, other, csv_of(ZOE))
    page = bring(staff, session, csv_of(ZOE, YANN))
    path = page.request["PATH_INFO"]
    for file in Import.objects.all():
        applying.ask(file=file, is_whole=False, is_told=True, by=None)
    run()
    keys = [*Registration.objects.filter(person__name="Zoé Lambert").values_list("pk", flat=True)]
    page = staff.post(path, {"cancel": "x", "registration": [*keys, "x"]}, follow=True)
    assert told(page) == ["1 registration is cancelled."]
    assert [*session.registrations.order_by("pk").values_list("state", flat=True)] == ["cancelled", "registered"]
    assert other.registrations.get().state == "registered"


def test_draft_takes_nobody(staff):
    session = make_session(state=Session.State.DRAFT)
    page = bring(staff, session, csv_of(ZOE))
    page = staff.post(page.request["PATH_INFO"], {"apply": "x"}, follow=True)
    assert "not published yet" in told(page)[0]
    assert Job.objects.count() == 0


def test_looking_changes_nothing_and_hostile_names_stay_text(session, staff):
    hostile = ['"<script>alert(1)</script>"', '"""; filename=x"', "5000", ""]
    page = bring(staff, session, csv_of(hostile), name='"; filename=x.csv')
    assert "<script>alert(1)" not in page.content.decode()
    assert [each.said.shop for each in page.context["shown"]] == ['"; filename=x']
    before = [*Import.objects.values()]
    path = page.request["PATH_INFO"]
    assert [staff.get(each).status_code for each in (path, f"{path}?show=bad", f"{path}columns/", f"{path}mend/")] == [
        200
    ] * 4
    assert [*Import.objects.values()] == before


def test_long_list_is_shown_page_by_page(session, staff, django_assert_num_queries):
    page = bring(staff, session, csv_of(*[[f"P{n}", f"Chez {n}", "5000", f"p{n}@x.example"] for n in range(120)]))
    path = page.request["PATH_INFO"]
    assert (len(page.context["shown"]), page.context["total"]) == (100, 120)
    assert len(staff.get(f"{path}?show=wait&page=2").context["shown"]) == 4
    with django_assert_num_queries(15):
        staff.get(path)
