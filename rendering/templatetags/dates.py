"""{{ signed_at|day }} and {{ signed_at|moment }}, in every template without loading; nothing where there is none."""

from datetime import date, datetime

from django import template

from rendering import dates

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    return dates.day(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    return dates.moment(value) if value else ""
