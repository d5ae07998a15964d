import pytest
from django.contrib import admin

from tests.programmes.admin_requests import request_by, told_by
from trainings.interests import ask
from trainings.models import Interest

pytestmark = pytest.mark.django_db


def test_staff_withdraws_for_who_asks_them(photos, namur, alice, rf):
    interest = ask(topic=photos, city=namur, language="fr", user=alice)
    pages = admin.site.get_model_admin(Interest)
    request = request_by(rf, action="withdraw")
    pages.withdraw(request, Interest.objects.all())
    assert [*Interest.objects.standing()] == []
    assert len(told_by(request)) == 1
    assert 'name="_save"' not in pages.change_view(request_by(rf), str(interest.pk)).render().content.decode()


def test_list_opens(photos, namur, rf):
    ask(topic=photos, city=namur, language="fr", email="alice@example.org")
    listed = admin.site.get_model_admin(Interest).changelist_view(request_by(rf)).render().content.decode()
    assert "alice@example.org" in listed
