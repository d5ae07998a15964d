import http.server
import logging
import re
import threading
from itertools import pairwise

import pytest
from django.template import engines
from weasyprint import HTML

from rendering import pdf
from rendering.letterhead import Letterhead
from tests import pdfs
from tests.rendering.sample import sample


@pytest.fixture(scope="module")
def report():
    return pdf.render(sample())


@pytest.fixture
def server():
    """A real local server; `requests` holds what it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    asked = []
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.requests, listening.url = asked, f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    yield listening
    listening.shutdown()
    thread.join()
    listening.server_close()


def page(body="", head=""):
    return f'<!doctype html><html lang="fr"><head><title>Essai</title>{head}</head><body><h1>Essai</h1>{body}</body></html>'


# Heard as well as seen


def test_a_report_passes_pdfua_without_error_or_warning(report, tmp_path):
    assert pdfs.complaints(report, tmp_path) == []


def test_a_report_has_its_language_title_and_bookmarks(report):
    file = pdfs.reader(report)
    assert (file.root_object["/Lang"], file.metadata.title, file.metadata.author) == (
        "fr",
        "Diagnostic de Fleurs Dupont",
        "Commerce connecté",
    )
    assert pdfs.bookmarks(report) == [
        "Votre résultat",
        "Votre profil",
        "Vos trois prochains pas",
        "À mettre en place ce soir, gratuitement",
        "Cinq formations pour vous",
        "Vos réponses, point par point",
        "Vos résultats précédents",
        "Comment ce résultat est calculé",
    ]


def test_headings_go_down_one_level_at_a_time(report):
    levels = [int(e.tag[1]) for e in pdfs.structure(report) if e.tag in {"H1", "H2", "H3", "H4"}]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_chart_is_heard_with_its_figures(report):
    gauge, profile = [element.alt for element in pdfs.structure(report) if element.tag == "Figure"]
    assert "47" in gauge and "55" in gauge
    assert re.search(r"Être trouvé\W+72 \(\w+ 58\); Votre site\W+40", profile)


LONG = [{"label": "Votre fiche d’établissement, juste et complète", "value": 43, "peer": 38}]


def test_a_chart_is_drawn_once_on_paper_its_labels_on_one_line_and_its_legend_told_apart_by_shape():
    chart = engines["django"].from_string("{% load charts %}{% shares rows 'x' 'the whole' 'Namur' %}")
    html = page(chart.render({"rows": LONG}))
    made = pdf.render(html)
    assert [element.tag for element in pdfs.structure(made)].count("Figure") == 1
    assert "Votre fiche d’établissement, juste et complète 43" in pdfs.text(made)
    assert html.count("chart-key-bar") == 1
    assert pdf.render(html.replace(" chart-key-bar", "")) != made


def test_a_drawing_without_meaning_is_no_figure():
    drawing = '<p>Clé <svg class="chart-key" aria-hidden="true" width="6" height="16"><rect width="6" height="16"/></svg> rouge</p>'
    tags = [element.tag for element in pdfs.structure(pdf.render(page(drawing)))]
    assert "Figure" not in tags


def test_a_link_says_where_it_leads(report):
    links = [a.get_object() for p in pdfs.reader(report).pages for a in p.get("/Annots", [])]
    assert {link["/Contents"] for link in links} == {"Rouvrir ce résultat en ligne"}


def test_every_page_has_its_number_outside_the_content(report):
    for number, sheet in enumerate(pdfs.reader(report).pages, start=1):
        assert re.search(rf"Page {number} (of|sur) 4", " ".join(sheet.extract_text().split()))
        assert re.findall(rb"/Type ?/Pagination", sheet.get_contents().get_data())


def test_the_language_is_the_documents():
    dutch = pdf.render(sample("nl"))
    assert pdfs.reader(dutch).root_object["/Lang"] == "nl"


# As it looks


def test_a_report_takes_four_pages(report):
    assert len(pdfs.reader(report).pages) == 4


def test_only_our_fonts_are_used_and_they_are_in_the_file(report):
    assert pdfs.fonts(report) == {"Atkinson-Hyperlegible": True, "Atkinson-Hyperlegible-Bold": True}


def test_fonts_are_cut_to_the_letters_in_use(report):
    assert len(report) < 80_000 < sum(map(len, pdf.press().resources.values()))


def test_figures_stand_under_one_another():
    """Tabular figures: a line of 1s is as wide as a line of 8s."""
    rows = "".join(f'<p style="display:inline-block;border:1px solid">{digit * 40}</p><br>' for digit in "18")
    document = HTML(string=page(rows), url_fetcher=pdf.FixedFetcher(pdf.press().resources)).render(
        stylesheets=[pdf.press().css], font_config=pdf.press().fonts
    )
    first, second = [
        b.width
        for b in document.pages[0]._page_box.descendants()
        if b.element_tag == "p" and b.style["display"] == ("inline", "flow-root")
    ]
    assert first == pytest.approx(second)


def test_a_chart_takes_the_programmes_colour():
    bar = '<svg viewBox="0 0 9 9"><title>Une barre</title><rect class="c-value" width="9" height="9"/></svg>'
    brick = pdf.render(page(bar).replace("<html ", '<html style="--programme: #a3402a" '))
    assert b"0.639216 0.25098 0.164706" in pdfs.reader(brick).pages[0].get_contents().get_data()


def test_the_same_page_gives_the_same_bytes(report):
    assert pdf.render(sample()) == report


def test_a_report_makes_weasyprint_complain_of_nothing(caplog):
    with caplog.at_level(logging.WARNING, "weasyprint"):
        pdf.press.cache_clear()
        pdf.render(sample())
    assert caplog.messages == []


# Nothing from outside

REFERENCES = {
    "an image": '<img src="{}" alt="x">',
    "an object": '<object data="{}">x</object>',
    "an embed": '<embed src="{}">',
    "an image in an SVG": '<svg viewBox="0 0 9 9"><title>Un dessin</title><image href="{}" width="9" height="9"/></svg>',
    "a background": '<p style="background: url({})">x</p>',
    "a list mark": '<ul style="list-style-image: url({})"><li>x</ul>',
    "content": '<style>p::before {{ content: url("{}") }}</style><p>x',
    "a style sheet": '<link rel="stylesheet" href="{}">',
    "an import": '<style>@import "{}";</style>',
    "a font": '<style>@font-face {{ font-family: Other; src: url("{}") }} p {{ font-family: Other }}</style><p>x',
    "an attachment": '<link rel="attachment" href="{}">',
    "an attached link": '<a rel="attachment" href="{}">x</a>',
    "a base": '<base href="{}"><img src="x.png" alt="x">',
}


@pytest.mark.parametrize("way", REFERENCES)
def test_no_file_is_read(way, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("p { color: red }")
    with pytest.raises(pdf.OutsideReference):
        pdf.render(page(REFERENCES[way].format(secret.as_uri())))


@pytest.mark.parametrize("way", REFERENCES)
def test_no_server_is_asked(way, server):
    with pytest.raises(pdf.OutsideReference):
        pdf.render(page(REFERENCES[way].format(f"{server.url}/{way.replace(' ', '-')}")))
    assert server.requests == []


@pytest.mark.parametrize("way", REFERENCES)
def test_the_default_fetcher_would_ask(way, server):
    """So that the two tests above prove something."""
    HTML(string=page(REFERENCES[way].format(f"{server.url}/asked"))).write_pdf(pdf_variant="pdf/ua-1")
    assert server.requests


@pytest.mark.parametrize(
    "address",
    ["data:image/gif;base64,R0lGODlhAQABAAAAACw=", "x.png", "/etc/passwd", "ftp://127.0.0.1/x", "tremplin:font/other"],
)
def test_no_other_address_is_served(address):
    with pytest.raises(pdf.OutsideReference):
        pdf.render(page(f'<img src="{address}" alt="x">'))


def test_a_link_may_lead_outside(server):
    assert pdf.render(page(f'<p><a href="{server.url}/r/abc">En ligne</a></p>'))
    assert server.requests == []


# Whatever people type


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script><img src=x>",
        '"><style>* { display: none }</style>',
        "محل الزهور في شارع الملك",
        "a" * 150,
        "Au petit bonheur des dames et de leurs fleurs de saison",
        "Fleurs 🌷💐👩\u200d🌾\ufe0f",
        "a\x00b\x07c\u202e\ufffe\ue000",
        "{{ shop }}{% now %}",
    ],
)  # fmt: skip
def test_any_name_makes_a_readable_report(name, tmp_path):
    report = pdf.render(sample(shop=name, sentence=name))
    assert pdfs.complaints(report, tmp_path) == []


def test_a_name_is_escaped():
    words = pdfs.text(pdf.render(sample(shop="<b>Fleurs</b> & Cie")))
    assert "<b>Fleurs</b> & Cie" in words


def test_empty_lists_leave_a_report(tmp_path):
    report = pdf.render(sample(steps=[], topics=[], tools=[], ledger=[], previous=[], days=[], bars=[]))
    assert len(pdfs.reader(report).pages) <= 2


def test_emoji_leave_no_crossed_box(caplog):
    with caplog.at_level(logging.WARNING, "weasyprint"):
        words = pdfs.text(pdf.render(sample(shop="Fleurs 🌷 Dupont")))
    assert "Fleurs Dupont" in words and caplog.messages == []


def test_the_base_document_needs_only_its_values(tmp_path):
    base = engines["django"].from_string(
        '{% extends "rendering/document.html" %}{% block title %}Essai{% endblock %}{% block content %}<h1>Essai</h1>{% endblock %}'
    )
    values = {"letterhead": Letterhead("P", colour="#a3402a")}
    assert pdfs.complaints(pdf.render(base.render(values)), tmp_path) == []


def test_two_threads_take_turns():
    made = []
    threads = [threading.Thread(target=lambda: made.append(pdf.render(page("<p>x</p>")))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and len(set(made)) == 1
