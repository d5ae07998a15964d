from collections.abc import Mapping

from django import template

from questionnaires import texts

register = template.Library()


@register.filter
def said[T](mapping: Mapping[str, T] | None) -> T | str:
    """{{ topic.title|said }}: a text of the programme in the reader's language."""
    return texts.said(mapping)
