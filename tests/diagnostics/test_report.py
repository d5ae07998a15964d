"""The PDF: asked for on a page, made by a real worker, handed to its owner."""

import re
import socket
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from diagnostics import attaching, links, reporting, tasks
from diagnostics.models import Diagnostic
from diagnostics.presenting import ResultView
from outbox import tasks as outbox_tasks
from outbox.bell import bell
from outbox.models import File, Job
from rendering import pdf
from tests import pdfs
from tests.conftest import user
from tests.diagnostics.shops import copies, dont_know, highest, lowest, reload, take, take_again
from tests.workers import broker, wait_until


def url_of(name, diagnostic):
    return reverse(f"diagnostics:{name}", args=[diagnostic.public_id])


def finished(job):
    job.refresh_from_db()
    return job.finished_at and job


def made(diagnostic, language="en"):
    """The file of a report, made here."""
    job = reporting.ask_for(diagnostic=diagnostic, language=language)
    outbox_tasks.run(job.pk)
    return finished(job).file


def rendered(diagnostic, language):
    """The report itself, as the worker makes it."""
    asked = Diagnostic.objects.with_labels().select_related("business").get(pk=diagnostic.pk)
    with translation.override(language):
        return pdf.render(tasks.report_html(asked))


@dataclass
class Download:
    """What a browser gets for the file, read to its end."""

    status: int
    headers: dict
    body: bytes

    @property
    def name(self):
        return re.search(r'filename="([^"]+)"', self.headers["Content-Disposition"])[1]


def download(client, diagnostic):
    response = client.get(url_of("report_file", diagnostic))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return Download(response.status_code, response.headers, body)


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


# With a real worker


def test_report_asked_for_twice_is_one_job_and_one_file(worker, completed, holding):
    client = holding(completed)
    for _ in range(2):
        client.post(url_of("report", completed))
    wait_until(lambda: finished(Job.objects.get()))
    client.post(url_of("report", completed))

    assert (Job.objects.count(), File.objects.count()) == (1, 1)
    assert "You are setting out" in pdfs.text(download(client, completed).body)


def test_report_of_a_worker_killed_in_the_middle_is_one_file(worker, completed, holding):
    client = holding(completed)
    with connection.cursor() as cursor:  # the worker stops where it would record its second step, until it is killed
        cursor.execute(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN IF NEW.attempt = 1 AND NEW.steps_done = 2 THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END $$; "
            "CREATE TRIGGER waiting BEFORE UPDATE ON outbox_job FOR EACH ROW EXECUTE FUNCTION wait()"
        )
    try:
        client.post(url_of("report", completed))
        wait_until(lambda: Job.objects.get().steps_done == 1)
        worker.kill()
    finally:
        _end_sleepers()
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER waiting ON outbox_job; DROP FUNCTION wait()")
    worker.start()
    Job.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox_tasks.sweep()
    wait_until(lambda: finished(Job.objects.get()))

    assert [*Job.objects.values_list("state", "attempt")] == [("done", 2)]
    assert File.objects.count() == 1
    assert download(client, completed).status == 200


def _end_sleepers():
    """The killed worker's own connections, which PostgreSQL has not missed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event = 'PgSleep'"
        )


@pytest.mark.parametrize("trouble", ["refused", "hanging"])
def test_report_asked_for_without_a_broker_is_made_by_the_sweeper(worker, completed, holding, trouble, request):
    client = holding(completed)
    url = "redis://127.0.0.1:1/0" if trouble == "refused" else request.getfixturevalue("hanging")
    with broker(broker_write_url=url):
        start = time.perf_counter()
        response = client.post(url_of("report", completed))
        seconds = time.perf_counter() - start

    bell.silent_until = 0
    outbox_tasks.sweep()
    wait_until(lambda: finished(Job.objects.get()))

    assert (response.url, seconds < 2) == (url_of("report", completed), True)
    assert download(client, completed).status == 200


@pytest.fixture
def hanging():
    """A broker that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_report_whose_broker_was_emptied_is_made_by_the_sweeper(worker, completed, holding):
    client = holding(completed)
    worker.kill()
    client.post(url_of("report", completed))
    worker.empty_broker()
    worker.start()
    Job.objects.update(rung_at=timezone.now() - timedelta(seconds=61))

    outbox_tasks.sweep()
    wait_until(lambda: finished(Job.objects.get()))

    assert download(client, completed).status == 200


def test_report_is_there_soon_when_nothing_else_waits(worker, commerce, holding, capsys):
    """Printed, not asserted: how long depends on the machine."""
    waits = []
    for _ in range(3):
        done = take(commerce)
        client = holding(done)
        start = time.perf_counter()
        client.post(url_of("report", done))
        wait_until(lambda: finished(Job.objects.latest("pk")))
        assert download(client, done).status == 200
        waits.append(time.perf_counter() - start)
    with capsys.disabled():
        print(f"\n  report ready after {min(waits):.2f} to {max(waits):.2f} s")


# What it says, and to whom


def half(question):
    return dont_know(question) if question.code > "s" else lowest(question)


def florist(commerce):
    return take(commerce, level=lowest)


def hairdresser(commerce):
    return take(
        commerce, "hairdresser", lambda question: highest(question) if question.code < "s" else lowest(question)
    )


def range_with_unknowns(commerce):
    return take(commerce, "bakery", half)


def top_shop(commerce):
    return take(
        commerce, "butcher", lambda question: lowest(question) if question.code == "safe-backup" else highest(question)
    )


def full_marks(commerce):
    return take(commerce, "pharmacy", highest)


def returning_member(commerce):
    copies(take(commerce, level=highest), 5)
    first = take(commerce)
    brought = {"user": user("alice@fleurs.example"), "name": "Fleurs <Dupont> & Filles", "postal_code": "5000"}
    attaching.attach(diagnostic=first, **brought)
    return take_again(Diagnostic.objects.get(pk=first.pk), highest, safe_backup="some", found_name="right")


def no_score(commerce):
    def not_for_florists(data):
        for dimension in data["questionnaire"]["dimensions"]:
            for question in dimension["questions"]:
                question["not_for"] = ["florist"]

    reload(not_for_florists)
    return take(commerce)


SHOPS = [florist, hairdresser, range_with_unknowns, top_shop, full_marks, returning_member, no_score]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.__name__)
def test_report_is_pdf_ua_on_two_to_four_pages_and_says_what_the_page_says(commerce, tmp_path, shop, language):
    done = shop(commerce)
    made = rendered(done, language)
    text = _plain(pdfs.text(made))
    with translation.override(language):
        view = ResultView(Diagnostic.objects.with_labels().get(pk=done.pk))
        said = [view.title, *view.sentences, *(step.title for step in view.steps)]
        said += [told for topic in view.topics for told in (topic.title, topic.promise, topic.reasons[0])]
        said += [row.question for part in view.ledger for row in part.rows] if view.score is not None else []
        said = said if view.score is not None else []

    assert pdfs.complaints(made, tmp_path) == []
    assert 2 <= len(pdfs.reader(made).pages) <= 4
    assert [words for words in said if _plain(words) not in text] == []
    assert pdfs.reader(made).root_object["/Lang"][:2] == language
    assert set(pdfs.fonts(made).values()) == {True}


def _plain(text):
    """Letters and digits alone: line breaks, hyphens and quotation marks fall where the page wants them."""
    return re.sub(r"[\W_\xad]+", "", text)


def test_report_adds_up_to_a_hundred(commerce):
    done = take(commerce, level=lambda question: highest(question) if question.code < "s" else lowest(question))
    text = pdfs.text(rendered(done, "en"))
    assert f"Total {done.score}.0 {100 - done.score}.0" in text


def test_report_tells_which_shops_it_compares_with(commerce):
    done = returning_member(commerce)
    text = pdfs.text(rendered(done, "en"))
    assert "mean of 5 shops of your trade (florists)" in text
    assert "Fleurs <Dupont> & Filles" in text
    assert "What moved" in text


def test_report_holds_the_code_that_opens_the_result(completed, client, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "another-key-0123456789-abcdefghij-klmnop",
        [settings.SECRET_KEY],
    )
    code = re.search(r"Keep the code (\w{4}-\w{4})", pdfs.text(rendered(completed, "en")))[1]
    assert code == links.own_code(completed)
    assert client.post("/diagnostic/resume/", {"code": code}).status_code == 302
