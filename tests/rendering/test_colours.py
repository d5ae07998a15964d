import pytest

from rendering.colours import contrast, darker, programme_css, wash


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_contrast_is_the_same_both_ways():
    assert contrast("#0e5a64", "#ffffff") == contrast("#ffffff", "#0e5a64")


@pytest.mark.parametrize("colour", ["#0e5a64", "#a3402a"])
def test_programme_colours_can_be_read(colour):
    assert contrast(colour, "#ffffff") >= 4.5
    assert contrast(darker(colour), wash(colour)) >= 7


@pytest.mark.parametrize("colour", ["0e5a64", "#fff", "#gggggg", "#0e5a6"])
def test_colours_are_written_in_full(colour):
    with pytest.raises(ValueError):
        darker(colour)


def test_programme_css_sets_three_properties():
    assert programme_css("#0e5a64") == ":root{--programme:#0e5a64;--programme-dark:#0a434a;--programme-wash:#e2ebec}"
