"""People who take part in the room of a session, on their phones and on its tablets."""

from django.urls import reverse

from diagnostics import rooms
from diagnostics.models import Diagnostic


def join_url(session):
    return reverse("diagnostics:join", args=[rooms.code_of(session)])


def begin(client, session, shop):
    """By the code of the session, as a phone in the room does."""
    start = client.get(join_url(session)).url
    client.post(start, shop)
    return Diagnostic.objects.latest("pk")


def shared(client, session):
    """The same browser, on a tablet that goes from hand to hand."""
    start = client.get(join_url(session)).url
    client.post(start.replace("/?", "/share-device/?"))
    return start
