"""One tablet for several people in a room: each takes the result along, and the next meets nothing of it."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

import diagnostics.views.keeping
from diagnostics import links, taking
from diagnostics.models import Diagnostic
from rendering.qr import qr_svg
from tests.diagnostics.joining import begin, shared
from tests.diagnostics.shops import finish


def test_next_person_on_a_shared_tablet_meets_nothing_of_the_one_before(client, session, shop):
    start = shared(client, session)
    client.post(start, shop)
    first = finish(Diagnostic.objects.get(), at=timezone.now())
    seen = [reverse(f"diagnostics:{name}", args=[first.public_id]) for name in ("result", "keep")]
    assert [client.get(url).status_code for url in seen] == [200, 200]

    response = client.post(reverse("diagnostics:leave", args=[session.programme.code]), follow=True)

    assert [client.get(url).status_code for url in seen] == [404, 404]
    assert "This device goes from hand to hand." in response.text
    client.post(response.request["PATH_INFO"], shop)
    assert [one.session for one in Diagnostic.objects.all()] == [session, session]
    assert client.session["diagnostics"] == [str(Diagnostic.objects.latest("pk").public_id)]


def test_what_was_abandoned_on_a_shared_tablet_goes_on_by_its_code(client, elsewhere, session, shop):
    client.post(shared(client, session), shop)
    begun = Diagnostic.objects.get()
    taking.keep(diagnostic=begun, answers={"found-name": "right"})
    client.post(reverse("diagnostics:leave", args=[session.programme.code]))

    response = elsewhere.post(reverse("diagnostics:resume"), {"code": links.own_code(begun)})

    assert response.url.startswith(f"/diagnostic/{begun.public_id}/")
    assert Diagnostic.objects.get().answers == {"found-name": "right"}


def test_shared_tablet_asks_to_take_the_result_along(client, session, shop, monkeypatch):
    encoded = []
    monkeypatch.setattr(diagnostics.views.keeping, "qr_svg", lambda *said: encoded.append(said[0]) or qr_svg(*said))
    client.post(shared(client, session), shop)
    done = finish(Diagnostic.objects.get(), at=timezone.now())

    result = client.get(reverse("diagnostics:result", args=[done.public_id])).text
    page = client.get(reverse("diagnostics:keep", args=[done.public_id]))

    assert reverse("diagnostics:report", args=[done.public_id]) not in result  # no file stays on the tablet
    assert reverse("diagnostics:keep", args=[done.public_id]) in result
    phone = Client()
    phone.post(encoded[0].removeprefix("http://localhost:8000"))
    assert phone.get(reverse("diagnostics:result", args=[done.public_id])).status_code == 200
    assert (links.own_code(done) in page.text, "Next person" in page.text) == (True, True)
    assert "no-store" in page["Cache-Control"]


def test_every_page_of_a_shared_tablet_leads_on_when_left_alone(client, session, shop):
    client.post(shared(client, session), shop)
    begun = Diagnostic.objects.get()
    keep = reverse("diagnostics:keep", args=[begun.public_id])

    def waits(name, *more):
        return f'data-to="{keep}"' in client.get(reverse(f"diagnostics:{name}", args=[begun.public_id, *more])).text

    assert (waits("page", "found"), waits("finish")) == (True, True)
    assert 'data-form="next-person"' in client.get(keep).text
    finish(begun, at=timezone.now())
    assert waits("result")
    client.post(reverse("diagnostics:share", args=[begun.public_id]))
    share = reverse("diagnostics:shared", args=[begun.shares.get().token])
    assert "js/room.js" not in client.get(share).text  # what somebody shared is not this tablet's


def test_device_of_ones_own_is_not_led_on(client, session, shop):
    begun = begin(client, session, shop)

    assert "js/room.js" not in client.get(reverse("diagnostics:page", args=[begun.public_id, "found"])).text


def test_sharing_begins_and_ends_with_nothing_held(client, session, shop, completed, holding, alice):
    holding(completed).force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    start = shared(client, session)
    assert (client.session.get("diagnostics"), client.session.get("_auth_user_id")) == (None, None)

    client.post(start, shop)
    client.post(reverse("diagnostics:share_device", args=[session.programme.code]), {"stop": "1"})
    assert [*client.session.keys()] == []


def test_sharing_is_for_rooms_only(client, commerce):
    response = client.post(reverse("diagnostics:share_device", args=[commerce.code]))

    assert (response.url, [*client.session.keys()]) == (reverse("diagnostics:start", args=[commerce.code]), [])


def test_page_that_is_no_longer_ones_own_leads_back_to_the_start_of_the_room(client, session, diagnostic):
    shared(client, session)

    response = client.get(reverse("diagnostics:result", args=[diagnostic.public_id]))

    assert response.status_code == 404
    assert f'href="{reverse("diagnostics:start", args=[session.programme.code])}"' in response.text
