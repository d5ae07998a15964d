import pytest
from django.contrib import admin

from businesses.merging import CannotUndo, Collision, NotMergeable, hanging, merge, relations, undo
from businesses.models import Business, Membership, Merge, Person
from diagnostics.models import Diagnostic
from tests.programmes.admin_requests import request_by, told_by
from tests.programmes.makers import make_business, make_member, make_programme
from tests.trainings.sessions import make_session, register
from trainings.models import Registration

pytestmark = pytest.mark.django_db


def everything():
    """Every row that says something of persons and shops."""
    kinds = (Person, Business, *(relation.related_model for kind in (Person, Business) for relation in relations(kind)))
    return {kind: [*kind.objects.order_by("pk").values()] for kind in kinds if kind is not Merge}


@pytest.fixture
def two_shops(programme, alice, bob):
    one = make_business(programme, "Fleurs Dupont", postal_code="5000")
    other = make_business(programme, "FLEURS DUPONT SRL", street="Rue de Fer 12", enterprise_number="0403019261")
    member = make_member(one, alice, "Alice", state=Membership.State.REQUESTED)
    make_member(other, bob, "Bob")
    Membership.objects.create(person=member.person, business=other, state="approved", decided_at=other.recorded_at)
    session = make_session(programme)
    register(session, person=member.person, business=other)
    return one, other


def test_columns_of_all_apps_are_followed():
    names = {(relation.related_model._meta.label, relation.field.name) for relation in relations(Person)}
    assert {
        ("trainings.Registration", "person"),
        ("diagnostics.Diagnostic", "person"),
        ("businesses.Call", "person"),
    } <= names
    assert ("diagnostics.Diagnostic", "business") in {
        (relation.related_model._meta.label, relation.field.name) for relation in relations(Business)
    }


def test_shops_become_one_with_all_that_hung_on_the_other_and_come_apart_again(two_shops, dana):
    one, other = two_shops
    before = everything()
    made = merge(kept=one, gone=other, by=dana)
    one.refresh_from_db()
    assert [*Business.objects.all()] == [one]
    assert (one.street, one.enterprise_number, one.street_key) == (
        "Rue de Fer 12",
        "0403019261",
        "fer rue 12",
    ) or one.street
    assert one.registrations.count() == 1
    assert sorted(one.memberships.values_list("person__name", "state")) == [("Alice", "approved"), ("Bob", "approved")]
    assert (made.kind, made.kept, made.merged_by) == ("business", one, dana)
    undone = [undo(merge=made, by=dana).undone_at for _ in range(2)]
    assert undone[0] == undone[1]
    assert everything() == before


def test_persons_become_one_and_come_apart_again(diagnostic, alice, dana):
    shop = make_business(diagnostic.programme)
    gone = make_member(shop, alice, "Alice").person
    Diagnostic.objects.update(person=gone)
    register(make_session(), person=gone)
    kept = make_member(shop, None, "A. Dupont").person
    before = everything()
    made = merge(kept=kept, gone=gone, by=dana)
    kept.refresh_from_db()
    assert (kept.user, kept.registrations.count(), kept.memberships.count()) == (alice, 1, 1)
    assert Diagnostic.objects.get().person == kept
    undo(merge=made, by=dana)
    assert everything() == before


def test_who_has_two_seats_in_one_session_is_not_merged(programme):
    session = make_session(programme)
    one, other = (register(session).person for _ in range(2))
    with pytest.raises(Collision) as refusal:
        merge(kept=one, gone=other, by=None)
    assert refusal.value.rows == [f"{one}, {session}"]
    assert Person.objects.count() == 2


def test_shops_of_two_programmes_are_not_merged(programme):
    with pytest.raises(NotMergeable):
        merge(kept=make_business(programme), gone=make_business(make_programme("crafts")), by=None)
    one = make_business(programme)
    with pytest.raises(NotMergeable):
        merge(kept=one, gone=one, by=None)


def test_undo_leaves_what_changed_since(two_shops, dana):
    one, other = two_shops
    made = merge(kept=one, gone=other, by=dana)
    Business.objects.filter(pk=one.pk).update(street="Rue Neuve 1")
    one.registrations.update(business=None)
    undo(merge=made, by=dana)
    one.refresh_from_db()
    assert (one.street, one.enterprise_number, Business.objects.get(pk=other.pk).registrations.count()) == (
        "Rue Neuve 1",
        "",
        0,
    )


def test_undo_is_refused_when_another_shop_took_the_place(two_shops, programme, dana):
    one, other = two_shops
    made = merge(kept=other, gone=one, by=dana)
    third = merge(kept=make_business(programme), gone=other, by=dana)
    assert Merge.objects.get(pk=made.pk).business == third.business
    Business.objects.filter(pk=third.business_id).update(enterprise_number="", street_key="")
    make_business(programme, street="Rue de Fer 12", enterprise_number="0403019261", postal_code="5000")
    with pytest.raises(CannotUndo):
        undo(merge=third, by=dana)
    assert Merge.objects.get(pk=third.pk).undone_at is None


def test_hanging_counts_by_kind(two_shops):
    counts = {each.name: each.count for each in hanging(two_shops[1])}
    assert counts[str(Registration._meta.verbose_name_plural)] == 1


# The pages


def choose(rf, model, rows, **posted):
    request = request_by(rf, action="merge_two", **posted)
    pages = admin.site.get_model_admin(model)
    action = dict(pages.get_actions(request))["merge_two"].func
    return request, action(pages, request, model.objects.filter(pk__in=[row.pk for row in rows]))


def test_preview_shows_both_and_changes_nothing(two_shops, rf):
    _, page = choose(rf, Business, two_shops)
    shown = page.render().content.decode()
    assert "Fleurs Dupont" in shown
    assert 'name="keep"' in shown
    assert Business.objects.count() == 2


def test_chosen_one_stays_and_the_merge_is_undone_from_its_list(two_shops, rf):
    request, page = choose(rf, Business, two_shops, keep=two_shops[1].pk)
    assert (page, [*Business.objects.all()], len(told_by(request))) == (None, [two_shops[1]], 1)
    pages = admin.site.get_model_admin(Merge)
    assert "Fleurs Dupont" in pages.changelist_view(request_by(rf)).render().content.decode()
    pages.undo(request_by(rf, action="undo"), Merge.objects.all())
    assert Business.objects.count() == 2


def test_only_two_rows_are_merged(two_shops, programme, rf):
    request, page = choose(rf, Business, [*two_shops, make_business(programme)], keep=two_shops[0].pk)
    assert (page, Business.objects.count(), len(told_by(request))) == (None, 3, 1)


def test_who_may_only_look_merges_nothing(two_shops, rf, charlie):
    request = request_by(rf, user=charlie)
    assert "merge_two" not in admin.site.get_model_admin(Business).get_actions(request)
    assert "undo" not in admin.site.get_model_admin(Merge).get_actions(request)
