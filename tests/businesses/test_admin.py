import pytest
from django.contrib import admin

from businesses.models import Business, Membership, Person
from tests.programmes.admin_requests import request_by, told_by
from tests.programmes.makers import make_business, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_to_join(programme, charlie):
    return make_member(make_business(programme), charlie, "Charlie", state=Membership.State.REQUESTED)


@pytest.mark.parametrize(("action", "state"), [("approve", "approved"), ("refuse", "refused")])
def test_staff_decides_on_requests_by_action(request_to_join, rf, action, state):
    request = request_by(rf, action=action, _selected_action=request_to_join.pk)
    pages = admin.site.get_model_admin(Membership)
    getattr(pages, action)(request, Membership.objects.all())
    request_to_join.refresh_from_db()
    assert (request_to_join.state, request_to_join.decided_by) == (state, request.user)
    assert len(told_by(request)) == 1


def test_state_is_not_edited_by_hand(request_to_join, rf):
    pages = admin.site.get_model_admin(Membership)
    shown = pages.change_view(request_by(rf), str(request_to_join.pk)).render().content.decode()
    assert 'name="role"' in shown
    assert 'name="state"' not in shown


@pytest.mark.parametrize(
    ("model", "words"), [(Business, "Fleurs Dupont"), (Person, "Charlie"), (Membership, "Charlie")]
)
def test_lists_and_forms_open(request_to_join, rf, model, words):
    pages = admin.site.get_model_admin(model)
    assert words in pages.changelist_view(request_by(rf)).render().content.decode()
    shown = pages.change_view(request_by(rf), str(model.objects.get().pk)).render().content.decode()
    assert 'name="_save"' in shown


@pytest.mark.parametrize(
    ("typed", "kept", "wrong"), [("BE 0403.019.261", "0403019261", []), ("0403.019.262", "", ["enterprise_number"])]
)
def test_number_is_checked_by_the_rule_of_the_programme(programme, rf, typed, kept, wrong):
    form = admin.site.get_model_admin(Business).get_form(request_by(rf))(
        {"programme": programme.pk, "name": "Fleurs", "enterprise_number": typed}
    )
    assert [*form.errors] == wrong
    assert form.cleaned_data.get("enterprise_number", "") == kept
