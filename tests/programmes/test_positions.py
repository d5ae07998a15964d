import csv

import pytest
from django.conf import settings

from programmes.reading import read_programme

COMMERCE = settings.BASE_DIR / "content" / "commerce-connecte"
HEADER = "code,name_fr,postal_codes,province,shops,latitude,longitude\n"


@pytest.fixture
def read(tmp_path):
    """read("50.4669,4.8675") is what cities.csv says with one city there."""

    def of(position):
        folder = tmp_path / "commerce-connecte"
        folder.mkdir(exist_ok=True)
        (folder / "programme.yaml").write_text((COMMERCE / "programme.yaml").read_text("utf-8"), "utf-8")
        (folder / "cities.csv").write_text(f"{HEADER}92094,Namur,5000,namur,,{position}\n", "utf-8")
        return read_programme(folder)

    return of


@pytest.mark.parametrize(("position", "expected"), [("50.4669,4.8675", (50.4669, 4.8675)), (",", (None, None))])
def test_position_is_read_or_not_known(read, position, expected):
    assert [(city.latitude, city.longitude) for city in read(position).cities] == [expected]


@pytest.mark.parametrize(
    ("position", "told"),
    [
        ("50°28,4.8675", "cities.csv:2: `50°28` is not a position in degrees"),
        ("94.5,4.8675", "cities.csv:2: `94.5` is not a position in degrees"),
        ("50.4669,", "cities.csv:2: latitude and longitude go together; write both or none"),
    ],
)
def test_wrong_position_is_told_by_line(read, position, told):
    (problem,) = read(position).problems
    assert str(problem).startswith(told)


def test_every_municipality_has_its_position_in_wallonia():
    with (COMMERCE / "cities.csv").open(encoding="utf-8", newline="") as lines:
        places = [(float(line["latitude"]), float(line["longitude"])) for line in csv.DictReader(lines)]
    assert len(places) == 261
    assert [place for place in places if not (49.4 < place[0] < 50.9 and 2.8 < place[1] < 6.5)] == []
