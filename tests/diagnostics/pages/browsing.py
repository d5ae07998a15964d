"""What a browser is asked for, and what stands on the page that it gets."""

import re

from django.urls import reverse

from diagnostics.models import Diagnostic

START = "/diagnostic/start/commerce-connecte/"


def url_of(name, diagnostic, *code):
    return reverse(f"diagnostics:{name}", args=[diagnostic.public_id, *code])


def stored(diagnostic):
    return Diagnostic.objects.get(pk=diagnostic.pk)


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def checked(response):
    """What is ticked on a page, as name=value."""
    found = re.findall(r'name="([\w-]+)" value="([\w-]+)"[^>]* checked', response.content.decode())
    return {f"{name}={value}" for name, value in found}


def outcome(response):
    return [str(message) for message in response.context["messages"]]
