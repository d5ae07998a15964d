"""A small programme that is right, to be changed or spoilt one line at a time."""

from tests.questionnaires.files import GOOD

PROGRAMME = """\
code: small
languages: [fr, en]
name: {fr: Petit, en: Small}
colour: "#0e5a64"
contact: {name: Équipe, email: team@small.example}
legal:
  notice: {fr: Avis, en: Notice}
  privacy: {fr: Vie privée, en: Privacy}
  accessibility: {fr: Accès, en: Access}
  checked_on: 2026-11-22
  method: {fr: À la main, en: By hand}
enterprise_number: be.vat
postal_code: "[1-9][0-9]{3}"
provinces:
  namur: {fr: Namur, en: Namur}
  liege: {fr: Liège, en: Liège}
campaigns:
  - {code: first, name: {fr: Une, en: One}, starts_on: 2016-02-01, ends_on: 2016-12-31}
  - {code: second, name: {fr: Deux, en: Two}, starts_on: 2017-01-01, ends_on: 2017-12-31}
"""
CITIES = """\
code,name_fr,name_nl,postal_codes,province,shops
92094,Namur,Namen,5000 5100,namur,
62063,Liège,Luik,4000,liege,812
"""
FILES = {"programme.yaml": PROGRAMME, "cities.csv": CITIES, **GOOD}


def write(folder, **files):
    """The folder `small` with all its files; keywords replace whole files (programme_yaml=...)."""
    place = folder / "small"
    place.mkdir(exist_ok=True)
    for name, text in FILES.items():
        place.joinpath(name).write_text(files.get(name.replace(".", "_"), text), encoding="utf-8")
    return place


def change(place, name, old, new):
    """Replaces one passage of a file, which must be there once."""
    path = place / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
