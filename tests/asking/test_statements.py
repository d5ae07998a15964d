import threading

import pytest
from django.db import connections
from django.http import Http404

from asking.statements import Given, GivenKeys, GivenTexts, Statement
from programmes.models import City, Programme
from tests.programmes.makers import make_campaign, make_city, make_programme

pytestmark = pytest.mark.django_db

OF_CODE = Statement(lambda: City.objects.select_related("programme").filter(code=Given("code")))


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def namur(programme):
    return make_city(programme, "92094", "Namur")


@pytest.fixture
def dinant(programme):
    return make_city(programme, "91034", "Dinant")


def test_sql_is_written_once_and_each_asking_brings_its_values(namur, dinant):
    written = []
    statement = Statement(lambda: written.append(1) or City.objects.filter(code=Given("code")))
    assert [statement.first(code=code) for code in ("92094", "91034", "92094")] == [namur, dinant, namur]
    assert len(written) == 1


def test_one_asking_s_values_are_not_another_s():
    one, other = OF_CODE._written._ready({"code": "92094"}), OF_CODE._written._ready({"code": "91034"})
    assert [one.as_sql()[1], other.as_sql()[1]] == [["92094"], ["91034"]]


def test_what_is_asked_together_is_there_without_another_question(namur, programme, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert OF_CODE.get(code="92094").programme.names == programme.names


def test_what_is_asked_beside_is_there_with_one_more(programme, django_assert_num_queries):
    campaign = make_campaign(programme)
    statement = Statement(lambda: Programme.objects.prefetch_related("campaigns").filter(pk=Given("pk")))
    with django_assert_num_queries(2):
        assert [*statement.get(pk=programme.pk).campaigns.all()] == [campaign]


@pytest.mark.parametrize("code", ["nowhere", None])
def test_nothing_is_found_where_nothing_fits(programme, code):
    assert (OF_CODE.all(code=code), OF_CODE.first(code=code), OF_CODE.rows(code=code)) == ([], None, [])
    with pytest.raises(City.DoesNotExist):
        OF_CODE.get(code=code)
    with pytest.raises(Http404):
        OF_CODE.get_or_404(code=code)


def test_value_that_was_not_brought_is_an_error():
    with pytest.raises(KeyError, match="code"):
        OF_CODE.all()


def test_several_keys_and_texts_are_brought_as_one_value(namur, dinant):
    left_out = Statement(lambda: City.objects.exclude(pk__in=GivenKeys("keys")))
    named = Statement(lambda: City.objects.filter(code__in=GivenTexts("codes")).order_by("code"))
    assert [left_out.all(keys=keys) for keys in ([namur.pk], [namur.pk, dinant.pk])] == [[dinant], []]
    assert len(left_out.all(keys=[])) == 2
    assert [named.all(codes=codes) for codes in (["92094", "91034"], [])] == [[dinant, namur], []]


def test_rows_are_values_as_django_reads_them(namur):
    statement = Statement(lambda: City.objects.filter(code=Given("code")).values_list("code", "postal_codes"))
    assert statement.rows(code="92094") == [("92094", ["5000", "5100"])]


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection(namur):
    assert OF_CODE.first(code="92094") == namur  # written here
    found = []

    def ask():
        try:
            found.append(OF_CODE.first(code="92094"))
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [namur]
