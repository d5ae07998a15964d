"""The PDF: asked for on a page, waited for, handed to its owner."""

import pytest
from django.utils import timezone

from diagnostics import attaching
from diagnostics.models import Diagnostic
from outbox.models import File, Job
from tests.diagnostics.report.making import download, made, url_of

# Whose it is, and how it is called


def test_report_is_named_for_the_trade_and_the_local_day(completed):
    Diagnostic.objects.update(completed_at="2026-11-20T23:30Z")
    assert made(completed).name == "diagnostic-florist-2026-11-21.pdf"
    assert made(completed, "fr").name == "diagnostic-fleuriste-2026-11-21.pdf"


@pytest.mark.parametrize(
    ("shop", "name"),
    [
        ("Fleurs Dupont", "fleurs-dupont"),
        ("../../etc/passwd", "etcpasswd"),
        ('L"Été\r\nSet-Cookie: x=1', "lete-set-cookie-x1"),
        ("北京花店", "florist"),
        ("-- - __", "florist"),
        ("a" * 59 + " b" * 20, "a" * 59),
        ("\u202egpj.exe", "gpjexe"),
    ],
)
def test_report_is_named_for_the_shop_however_it_is_called(completed, alice, holding, shop, name):
    attaching.attach(diagnostic=completed, user=alice, name=shop, postal_code="5000")
    Diagnostic.objects.update(completed_at="2026-11-21T12:00Z")
    made(Diagnostic.objects.get())

    assert download(holding(completed), completed).name == f"diagnostic-{name}-2026-11-21.pdf"


def test_report_bears_the_name_of_a_shop_that_was_told_later(completed, alice):
    before = made(completed).name
    attaching.attach(diagnostic=completed, user=alice, name="Fleurs Dupont", postal_code="5000")
    after = made(Diagnostic.objects.get()).name
    assert (before.split("-")[1], after.split("-")[1:3]) == ("florist", ["fleurs", "dupont"])


def test_report_goes_to_its_owner_and_to_the_holder_of_the_link_alone(
    completed, alice, signed_in, holding, elsewhere, charlie
):
    attaching.attach(diagnostic=completed, user=alice, name="Fleurs Dupont", postal_code="5000")
    made(Diagnostic.objects.get())
    visitors = {
        "owner": signed_in(alice),
        "holder": holding(completed),
        "nobody": elsewhere,
        "charlie": signed_in(charlie),
    }
    for visitor in visitors.values():
        visitor.cookies["django_language"] = "en"

    statuses = {who: download(visitor, completed).status for who, visitor in visitors.items()}

    assert statuses == {"owner": 200, "holder": 200, "nobody": 404, "charlie": 404}


def test_report_file_is_a_private_download(completed, holding):
    made(completed)
    got = download(holding(completed), completed)
    assert got.body.startswith(b"%PDF-1.7")
    assert (got.headers["Content-Type"], got.headers["Content-Disposition"].split(";")[0]) == (
        "application/pdf",
        "attachment",
    )
    assert {"no-store", "private"} <= set(got.headers["Cache-Control"].split(", "))


def test_report_file_that_nobody_asked_for_is_not_found(completed, holding):
    client = holding(completed)
    assert download(client, completed).status == 404
    assert client.get(url_of("report", completed)).url == url_of("result", completed)


@pytest.mark.parametrize("damage", ["expired", "changed", "gone"])
def test_report_file_that_is_no_longer_whole_is_made_again(completed, holding, settings, damage):
    client = holding(completed)
    file = made(completed)
    path = settings.MEDIA_ROOT / file.path
    if damage == "expired":
        File.objects.update(expires_at=timezone.now())
    elif damage == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    else:
        path.unlink()

    got = download(client, completed)
    again = made(completed)

    assert (got.status, "Make it again" in got.body.decode()) == (410, True)
    assert "no-store" in got.headers["Cache-Control"]
    assert again != file
    assert download(client, completed).status == 200


# The page that waits


def test_waiting_page_shows_how_far_it_is_and_refreshes_itself(completed, holding):
    client = holding(completed)
    client.post(url_of("report", completed))
    waiting = client.get(url_of("report", completed))
    Job.objects.update(
        state="running", steps_done=1, steps_total=3, step="Writing your report", lease_until=timezone.now()
    )
    writing = client.get(url_of("report", completed), headers={"HX-Request": "true"})

    assert (waiting["Refresh"], "Waiting for its turn" in waiting.content.decode()) == ("2", True)
    assert 'value="1" max="3"' in writing.content.decode()
    assert ("<html" in writing.content.decode(), "Refresh" in writing) == (False, False)


def test_waiting_page_ends_with_the_download(completed, holding):
    made(completed)
    page = holding(completed).get(url_of("report", completed))
    assert f'href="{url_of("report_file", completed)}"' in page.content.decode()
    assert ("Refresh" in page, "hx-get" in page.content.decode()) == (False, False)


def test_waiting_page_of_a_report_that_failed_offers_another_try(completed, holding):
    client = holding(completed)
    client.post(url_of("report", completed))
    Job.objects.update(state="failed", error="It could not be made.", finished_at=timezone.now())

    page = client.get(url_of("report", completed)).content.decode()
    client.post(url_of("report", completed))

    assert "The report could not be made. Your result is safe." in page
    assert sorted(Job.objects.values_list("state", flat=True)) == ["failed", "requested"]


def test_reports_in_two_languages_are_two(completed):
    names = {made(completed, language).name for language in ("fr", "en", "fr")}
    assert (len(names), Job.objects.count()) == (2, 2)
