"""What the PDF says, and to whom."""

import re

import pytest
from django.utils import translation

from diagnostics import attaching, links
from diagnostics.models import Diagnostic
from diagnostics.presenting import ResultView
from tests import pdfs
from tests.conftest import user
from tests.diagnostics.report.making import rendered
from tests.diagnostics.shops import copies, dont_know, highest, lowest, reload, take, take_again


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
