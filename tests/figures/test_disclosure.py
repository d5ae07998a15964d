import pytest

from figures.disclosure import answers_floor, may_publish


def test_floor_of_answers_is_five(settings):
    assert settings.DISCLOSURE_FLOOR == 5
    assert [n for n in range(12) if may_publish(n)] == [5, 6, 7, 8, 9, 10, 11]


@pytest.mark.parametrize("setting", [None, 4, 0, -1, True, "5", 5.5])
def test_floor_that_is_missing_or_too_low_is_the_strictest(settings, setting):
    settings.DISCLOSURE_FLOOR = setting
    assert answers_floor() == 11
    assert not may_publish(10)


def test_floor_without_its_setting_is_the_strictest(settings):
    del settings.DISCLOSURE_FLOOR
    assert answers_floor() == 11


def test_floor_may_be_raised(settings):
    settings.DISCLOSURE_FLOOR = 8
    assert (may_publish(7), may_publish(8)) == (False, True)
