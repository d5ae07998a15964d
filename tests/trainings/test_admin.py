import pytest
from django.contrib import admin

from tests.programmes.admin_requests import request_by, told_by
from trainings.interests import ask
from trainings.models import Interest, Module

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


def test_approval_without_a_number_and_refusal_without_a_reason_are_refused_in_words(programme, photos, rf):
    form = admin.site.get_model_admin(Module).get_form(request_by(rf))
    given = {"programme": programme.pk, "topic": photos.pk, "provider": "Agence", "hours": 3, "price": "180.00"}
    wrong = [[*form({**given, "approval": approval}).errors.get("__all__", [])] for approval in ("approved", "refused")]
    told = {constraint.name: [str(constraint.violation_error_message)] for constraint in Module._meta.constraints}
    assert wrong == [told["module_approval_has_its_number"], told["module_refusal_has_its_reason"]]
    assert form({**given, "approval": "approved", "approval_number": "A-1"}).errors == {}
