"""What programme.yaml and cities.csv say, put into rows."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from programmes import format as form
from programmes.applying import Change, apply_rows, filled
from programmes.folding import folded, search_key
from programmes.grouping import apply_groupings
from programmes.models import Campaign, City, Programme
from questionnaires.models import Questionnaire


def load(
    wanted: form.Programme,
    cities: list[form.City],
    questionnaire: Questionnaire,
    at: datetime,
    groupings: Sequence[form.Grouping] = (),
) -> tuple[Programme, list[Change]]:
    """The programme's row with its campaigns and cities, and what had to be changed for it."""
    programme, change = _programme(wanted, questionnaire, at)
    campaigns = {campaign.code: _campaign(campaign, wanted.languages) for campaign in wanted.campaigns}
    places = {city.code: _city(city, wanted) for city in cities}
    return programme, [
        change,
        apply_rows(Campaign, programme, campaigns, at),
        apply_rows(City, programme, places, at),
        apply_groupings(wanted, programme, cities, groupings, at),
    ]


def _programme(wanted: form.Programme, questionnaire: Questionnaire, at: datetime) -> tuple[Programme, Change]:
    fields = _programme_fields(wanted) | {"questionnaire": questionnaire}
    programme = Programme.objects.filter(code=wanted.code).first()
    what = str(Programme._meta.verbose_name_plural)
    if programme is None:
        withdrawn_at = at if wanted.withdrawn else None
        return Programme.objects.create(code=wanted.code, withdrawn_at=withdrawn_at, **fields), Change(what, created=1)
    was_withdrawn = programme.withdrawn_at is not None
    if was_withdrawn != wanted.withdrawn:
        fields["withdrawn_at"] = at if wanted.withdrawn else None
    changed = [name for name, value in fields.items() if getattr(programme, name) != value]
    for name in changed:
        setattr(programme, name, fields[name])
    programme.save(update_fields=changed)
    if "withdrawn_at" in changed:
        return programme, Change(what, returned=int(was_withdrawn), withdrawn=int(wanted.withdrawn))
    return programme, Change(what, updated=int(bool(changed)), unchanged=int(not changed))


def _programme_fields(wanted: form.Programme) -> dict[str, Any]:
    languages, legal = wanted.languages, wanted.legal
    return {
        "names": filled(wanted.name, languages),
        "taglines": filled(wanted.tagline or {}, languages),
        "languages": languages,
        "colour": wanted.colour,
        "contact_name": wanted.contact.name,
        "contact_email": wanted.contact.email,
        "contact_phone": wanted.contact.phone,
        "contact_address": wanted.contact.address,
        "legal_texts": filled(legal.notice, languages),
        "privacy_texts": filled(legal.privacy, languages),
        "accessibility_texts": filled(legal.accessibility, languages),
        "accessibility_checked_on": legal.checked_on,
        "accessibility_method_texts": filled(legal.method, languages),
        "fictitious_texts": filled(wanted.fictitious or {}, languages),
        "prices": wanted.prices.model_dump(mode="json") if wanted.prices else {},
        "enterprise_number_rule": wanted.enterprise_number or "",
        "provinces": {code: filled(names, languages) for code, names in wanted.provinces.items()},
    }


def _campaign(campaign: form.Campaign, languages: list[str]) -> dict[str, Any]:
    names = filled(campaign.name, languages)
    budget = None if campaign.voucher_budget is None else Decimal(int(campaign.voucher_budget * 100)) / 100
    return {
        "names": names,
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "voucher_budget": budget,
    }


def _city(city: form.City, wanted: form.Programme) -> dict[str, Any]:
    return {
        "names": filled(city.names, wanted.languages),
        "postal_codes": list(city.postal_codes),
        "province": city.province,
        "shops": city.shops,
        "latitude": city.latitude,
        "longitude": city.longitude,
        "language": city.language,
        "is_joint_organiser": wanted.is_joint_organiser(city.code),
        "name_key": folded(city.names[wanted.languages[0]]),
        "search_key": search_key([*city.names.values(), *city.postal_codes]),
    }
