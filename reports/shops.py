"""The shops that registered through a city which organises together with the programme: their names, and nothing else about them."""

from collections.abc import Iterator

from django.core.paginator import Page, Paginator
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programmes.models import City
from rendering.downloads import table_file
from rendering.workbooks import Column, Kind, Sheet
from trainings.models import Registration, RegistrationQuerySet

A_PAGE = 100


def of(city: City) -> RegistrationQuerySet:
    """By session, the latest first, and by name."""
    told = Registration.objects.told_of(city).select_related("session__topic", "business")
    return told.order_by("-session__starts_at", "session", "business__name_key", "pk")


def page_of(city: City, number: str | None) -> Page[Registration]:
    return Paginator(of(city), A_PAGE).get_page(number)


def download(city: City, form: str) -> HttpResponseBase:
    sheet = Sheet(_("Shops"), _columns(), _lines(city))
    name = f"{slugify(f'{_("shops")} {city.name}')[:70]}-{timezone.localdate()}"
    return table_file(sheet, form, title=_("Shops that came through %(city)s") % {"city": city.name}, name=name)


def _columns() -> list[Column]:
    return [
        Column(_("Shop"), width=36),
        Column(_("Session"), width=40),
        Column(_("Date"), Kind.DAY, 12),
        Column(_("Registered"), Kind.DAY, 12),
        Column(_("Told"), Kind.DAY, 12),
    ]


def _lines(city: City) -> Iterator[tuple[object, ...]]:
    for row in of(city):
        days = (row.session.starts_at, row.asked_at, row.names_told_at)
        shop = row.business.name if row.business else ""
        yield shop, row.session.title, *(timezone.localdate(moment) if moment else None for moment in days)
