"""What an official does with the own city: share its sessions, print posters, see which shops came through it. Staff share too."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import person
from programmes.models import OFFERED_AS, City
from rendering.downloads import FORMS
from reports import sharing, shops
from reports.access import may_see_rows, report_readers_only
from trainings import posters
from trainings.models import Session
from trainings.views.documents import Page, hand_over, show


@never_cache
@require_safe
@report_readers_only
def share(request: HttpRequest, code: str, city: str) -> HttpResponse:
    """The coming sessions of a city with their addresses, codes to scan and posters."""
    own = _city(request, code, city)
    context = {"programme": own.programme, "city": own, "shares": sharing.shares([own])}
    return render(request, "reports/share.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@report_readers_only
def poster(request: HttpRequest, code: str, city: str) -> HttpResponse:
    """`session` in the address names one session; without it all that come. POST asks for it."""
    return show(request, _page(request, *_asked(request, code, city)))


@never_cache
@require_safe
@report_readers_only
def poster_file(request: HttpRequest, code: str, city: str) -> HttpResponseBase:
    return hand_over(request, _page(request, *_asked(request, code, city)))


@never_cache
@require_safe
@report_readers_only
def shop_names(request: HttpRequest, code: str, city: str) -> HttpResponse:
    """The names of the shops that registered through the city, and were told."""
    own = _organiser(request, code, city)
    context = {"programme": own.programme, "city": own, "page": shops.page_of(own, request.GET.get("page"))}
    return render(request, "reports/shops.html", context)


@never_cache
@require_safe
@report_readers_only
def shop_names_file(request: HttpRequest, code: str, city: str, form: str) -> HttpResponseBase:
    if form not in FORMS:
        raise Http404
    return shops.download(_organiser(request, code, city), form)


def _city(request: HttpRequest, code: str, city: str) -> City:
    """One that this login speaks for; for staff any. 404 for everybody else, the ministry too: these pages are to act."""
    programme, user = OFFERED_AS.get_or_404(code=code), person(request)
    found = City.objects.filter(programme=programme).select_related("programme")
    return get_object_or_404(found if may_see_rows(user) else found.of_official(user), code=city)


def _organiser(request: HttpRequest, code: str, city: str) -> City:
    """For its own officials only, and only where the programme says that the city organises together with it."""
    programme, user = OFFERED_AS.get_or_404(code=code), person(request)
    own = City.objects.filter(programme=programme).of_official(user).joint_organisers()
    return get_object_or_404(own.select_related("programme"), code=city)


def _asked(request: HttpRequest, code: str, city: str) -> tuple[City, list[Session], str]:
    """The city, what is to stand on its poster, and in which language. 404 where nothing is."""
    own = _city(request, code, city)
    language = request.GET.get("language", own.programme.languages[0])
    wanted = request.GET.get("session", "")
    sessions = [each for each in sharing.coming_to(own) if wanted in ("", str(each.uid))]
    if not sessions or language not in own.programme.languages:
        raise Http404
    return own, sessions, language


def _page(request: HttpRequest, city: City, sessions: list[Session], language: str) -> Page:
    args = [city.programme.code, city.code]
    query = urlencode({name: request.GET[name] for name in ("session", "language") if name in request.GET})
    is_one = "session" in request.GET
    return Page(
        document=posters.poster_of(city, sessions, language),
        programme=city.programme,
        title=_("Poster"),
        about=sessions[0].title if is_one else _("The coming sessions in %(city)s") % {"city": city},
        page_url=f"{reverse('reports:poster', args=args)}?{query}",
        file_url=f"{reverse('reports:poster_file', args=args)}?{query}",
        back_url=reverse("reports:share", args=args),
    )
