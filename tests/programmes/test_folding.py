import pytest

from programmes.folding import folded, search_key, without_plural


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Liège", "liege"),
        ("Pâtisserie-Œuvre, « L’Été »", "patisserie oeuvre l ete"),
        ("Straße 12", "strasse 12"),
        ("  ", ""),
        ("LA LOUVIÈRE", "la louviere"),
        ("e\u0301te\u0301", "ete"),
    ],
)
def test_folded_has_one_spelling(text, expected):
    assert folded(text) == expected


def test_search_key_holds_each_word_once_after_a_space():
    assert search_key(["Fleurs, roses", "roses de Noël"]) == " fleurs roses de noel"


@pytest.mark.parametrize(
    ("word", "expected"), [("bouchers", "boucher"), ("gateaux", "gateau"), ("as", "as"), ("pain", "pain")]
)
def test_without_plural_keeps_short_words(word, expected):
    assert without_plural(word) == expected
