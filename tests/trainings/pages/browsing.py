"""What a browser is asked for, and what stands on the page that it gets."""

from datetime import timedelta

from django.urls import reverse

from trainings import links
from trainings.models import Registration

State = Registration.State
SOON = timedelta(days=3)


def sessions_url(programme, **wanted):
    return reverse("trainings:sessions", args=[programme.code], query=wanted)


def url_of(session, page="session"):
    return reverse(f"trainings:{page}", args=[session.uid])


def link_to(registration):
    return reverse("trainings:registration", args=[links.token_of(registration)])


def listed(response):
    return [view.session for view in response.context["sessions"]]


def heading(response):
    return " ".join(response.content.decode().split("<h1>")[1].split("</h1>")[0].split())


def words(response):
    return " ".join(response.content.decode().split())


def asks(client, session, **typed):
    given = {"name": "Zoé Lambert", "shop": "Fleurs Dupont", "postal_code": "5000", "email": "zoe@fleurs.example"}
    return client.post(url_of(session, "register"), {**given, **typed}, follow=True)
