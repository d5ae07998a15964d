import pytest

from tests.trainings.importing.files import csv_of
from tests.trainings.sessions import make_session
from trainings.importing import applying, bringing
from trainings.importing.foreseeing import foresee
from trainings.models import Import


@pytest.fixture
def session(db):
    return make_session(capacity=16)


@pytest.fixture
def brought():
    """brought(session, *rows) is a list of these rows, brought for it."""

    def bring(session, *rows, **how):
        file = bringing.bring(session=session, name="liste.csv", content=csv_of(*rows, **how), by=None)
        return again(file)

    return bring


def again(file):
    """As the next request has it."""
    return Import.objects.select_related("session__programme").get(pk=file.pk)


def apply(file, *, is_whole=False, is_told=True, by=None):
    verb = applying.apply_whole if is_whole else applying.apply_good
    verb(file=again(file), is_told=is_told, by=by)
    return outcomes(file)


def outcomes(file):
    return [*file.rows.filter(number__gt=file.head_number).order_by("number").values_list("outcome", flat=True)]


def fates(file):
    return [str(each.fate) for each in foresee(again(file))]


def row(
    name="Zoé Lambert",
    shop="Fleurs Zoé",
    place="5000",
    email="",
    street="",
    number="",
    phone="",
    language="",
    helper="",
):
    return [name, shop, place, email, street, number, phone, language, helper]
