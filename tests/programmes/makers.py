"""Dull rows of a programme, for tests of everything above it."""

from datetime import date

from businesses.models import Business, Family, Membership, Person, SubSector
from programmes.folding import folded, search_key
from programmes.models import Campaign, City, Programme
from trainings.models import Topic


def make_programme(code="commerce", **fields):
    given = {"names": {"fr": "Commerce", "en": "Commerce"}, "languages": ["fr", "en"], "colour": "#0e5a64"}
    return Programme.objects.create(code=code, **{**given, "enterprise_number_rule": "be.vat", **fields})


def make_campaign(programme, year=2026, **fields):
    days = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    return Campaign.objects.create(
        programme=programme, code=f"campaign-{year}", names={"fr": f"Campagne {year}"}, **{**days, **fields}
    )


def make_city(programme, code="92094", name="Namur", postal_codes=("5000", "5100"), **names):
    texts = {"fr": name, **names}
    return City.objects.create(
        programme=programme,
        code=code,
        names=texts,
        postal_codes=list(postal_codes),
        province="namur",
        name_key=folded(name),
        search_key=search_key([*texts.values(), *postal_codes]),
    )


def make_sub_sector(programme, code="florist", name="Fleuriste", keywords=("fleurs", "roses"), order=1, **fields):
    family, _ = Family.objects.get_or_create(
        programme=programme, code="nature", defaults={"names": {"fr": "Nature"}, "order": 1}
    )
    return SubSector.objects.create(
        programme=programme,
        code=code,
        family=family,
        names={"fr": name},
        keywords={"fr": list(keywords)},
        order=order,
        search_key=search_key([name, *keywords]),
        **fields,
    )


def make_topic(programme, code="photos", title="Des photos qui vendent", order=1, **data):
    return Topic.objects.create(
        programme=programme,
        code=code,
        order=order,
        data={"title": {"fr": title}, "level": "starter", "hours": 3, **data},
    )


def make_business(programme, name="Fleurs Dupont", **fields):
    return Business.objects.create(programme=programme, name=name, **fields)


def make_member(business, user, name="", state=Membership.State.APPROVED, role=Membership.Role.OWNER):
    person = Person.objects.create(user=user, name=name)
    decided_at = None if state == Membership.State.REQUESTED else business.recorded_at
    return Membership.objects.create(person=person, business=business, role=role, state=state, decided_at=decided_at)
