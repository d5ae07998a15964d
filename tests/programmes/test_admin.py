import pytest
from django.contrib import admin

from businesses.models import Family, SubSector
from programmes.models import Campaign, City, Programme
from tests.programmes.admin_requests import request_by
from tests.programmes.makers import make_campaign, make_city, make_programme, make_sub_sector, make_topic
from trainings.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    programme = make_programme()
    trade = make_sub_sector(programme)
    rows = [programme, trade, trade.family, make_campaign(programme), make_city(programme), make_topic(programme)]
    return {type(row): row for row in rows}


@pytest.mark.parametrize("model", [Programme, Campaign, City, Family, SubSector, Topic])
def test_what_comes_from_files_is_shown_and_not_changed(model, rows, rf):
    pages = admin.site.get_model_admin(model)
    listed = pages.changelist_view(request_by(rf)).render().content.decode()
    shown = pages.change_view(request_by(rf), str(rows[model].pk)).render().content.decode()
    assert str(rows[model]) in listed
    assert str(pages.note) in listed
    assert str(pages.note) in shown
    assert 'name="_save"' not in shown
    assert not pages.has_add_permission(request_by(rf))
    assert not pages.has_delete_permission(request_by(rf))


@pytest.mark.parametrize(("chosen", "count"), [("yes", 1), ("no", 0)])
def test_withdrawn_rows_are_found_apart(rows, rf, chosen, count):
    request = request_by(rf)
    request.GET = request.GET.copy()
    request.GET["offered"] = chosen
    pages = admin.site.get_model_admin(City)
    assert pages.get_changelist_instance(request).result_count == count


def test_city_is_searched_without_accents(rows, rf):
    pages = admin.site.get_model_admin(City)
    found, _ = pages.get_search_results(request_by(rf), City.objects.all(), "namur")
    assert found.count() == 1
