import pytest
from fontTools.ttLib import TTFont

from portal import fonts


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fonts")
    return folder, fonts.make(folder)


def test_fonts_weigh_at_most_20_kb(made):
    assert [path.name for path in made[1]] == ["regular.woff2", "bold.woff2"]
    assert max(path.stat().st_size for path in made[1]) <= 20 * 1024


def test_fonts_write_our_four_languages(made):
    wanted = "AZaz09 éèêëàâäçîïôöùûüÿœŒæßÄÖÜ’“”„«»…–—€×−•"
    for path in made[1]:
        with TTFont(path) as font:
            written = font.getBestCmap()
        assert [character for character in wanted if ord(character) not in written] == []


def test_fonts_keep_kerning_and_tabular_figures(made):
    with TTFont(made[1][0]) as font:
        features = {
            record.FeatureTag for name in ("GPOS", "GSUB") for record in font[name].table.FeatureList.FeatureRecord
        }
    assert {"kern", "tnum"} <= features


def test_fonts_fresh_are_left_alone(made):
    assert fonts.make(made[0]) == []
