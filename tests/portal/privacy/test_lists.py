"""“Erase me”: rows of lists that staff brought, in whatever order and spelling they name somebody."""

import pytest

import portal.tasks  # noqa: F401  the contexts of its mails
from businesses.models import Person
from portal.privacy import erasing
from tests.portal.privacy import canary
from trainings.importing import bringing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("heads", "row"),
    [
        ("Prénom;Nom;GSM", "Zénobie;Canariensis;"),
        ("Prénom;Commerce;Nom", "Zénobie;Ailleurs;Canariensis"),
        ("Colonne 1;Colonne 2;Colonne 3", "Canariensis;Zénobie;"),
        ("Nom;Commerce", "ZENOBIE CANARIENSIS;Ailleurs"),
        ("Nom;Commerce", "Canariensis Zénobie;Ailleurs"),
        ("Nom;E-mail", f"Z.;mailto:{canary.ADDRESS.upper()}"),
        ("Nom;GSM", "Z.;+32 (0)499 77 66 55"),
        ("Nom;Autre", f"Z.;{canary.SPACED_PHONE}"),
        ("Nom;Accompagnant", "Paul;Canariensis, Zénobie"),
    ],
)
def test_row_of_a_list_goes_however_it_names_her(life, zenobie, dana, heads, row):
    content = f"{heads}\n{row}\nZénobie Ailleurs;Canariensis SA;0499 77 66 56\n".encode()
    file = bringing.bring(session=life[1].session, name="liste.csv", content=content, by=dana)
    before = file.rows.count()
    erasing.erase_login(user=zenobie, language="en")
    kept = [one.cells for one in file.rows.order_by("number")]
    assert (len(kept), kept[-1][0]) == (before - 1, "Zénobie Ailleurs")


def test_postal_code_is_nobodys_phone(life, zenobie, dana):
    Person.objects.filter(user=zenobie).update(phone="5000")
    content = b"Nom;Code postal\nPaul;5000\n"
    file = bringing.bring(session=life[1].session, name="liste.csv", content=content, by=dana)
    erasing.erase_login(user=zenobie, language="en")
    assert [one.cells[0] for one in file.rows.order_by("number")][-1] == "Paul"
