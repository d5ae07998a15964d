from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access import person
from portal.work import work_of
from programmes.models import OFFERED, Programme


def site(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page reads. A page that knows its programme gives its own; then nothing is asked here."""
    return {
        "DEMO": settings.DEMO,
        "LANGUAGES": settings.LANGUAGES,
        "programme": SimpleLazyObject(the_only_programme),
        "work": SimpleLazyObject(lambda: work_of(person(request))),
    }


def the_only_programme() -> Programme | None:
    """The programme that a page without one of its own speaks for: none where there are several."""
    programmes = OFFERED.all()
    return programmes[0] if len(programmes) == 1 else None
