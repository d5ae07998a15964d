"""What any page and any form of such a portal cannot do without, and nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bench.bare.models import SHARED, Evening, Seat, Sheet

FRAME = 420  # bytes of the page without its choices
TEXT = "Une réponse parmi d'autres, telle qu'on la lirait sur une page ordinaire, numéro {}"
CHOICE_BYTES = 173


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    request.session["sheet"] = Sheet.objects.create().pk
    return render(request, "bare/page.html")


@login_not_required
def page(request: HttpRequest, size: int) -> HttpResponse:
    """A session, and two queries: a row of its own and one that others share. About `size` bytes."""
    sheet = Sheet.objects.get(pk=request.session["sheet"])
    shared = Sheet.objects.get(pk=SHARED)
    return render(request, "bare/page.html", {"sheet": sheet, "shared": shared, "choices": choices_of(size)})


def choices_of(size: int) -> list[dict[str, str]]:
    numbers = range(100, 100 + max(0, size - FRAME) // CHOICE_BYTES)
    return [{"code": f"choice-{number}", "text": TEXT.format(number)} for number in numbers]


@login_not_required
@transaction.atomic
def save(request: HttpRequest) -> HttpResponse:
    """A row lock and a change of its JSONB."""
    sheet = Sheet.objects.select_for_update().get(pk=request.session["sheet"])
    sheet.answers[f"question-{len(sheet.answers) % 22}"] = request.POST["question"]
    sheet.save(update_fields=["answers"])
    return redirect("page", 1000)


@login_not_required
def evening(request: HttpRequest, pk: int, size: int) -> HttpResponse:
    """One query, a form, about `size` bytes; no session yet."""
    return render(request, "bare/evening.html", {"evening": Evening.objects.get(pk=pk), "choices": choices_of(size)})


@login_not_required
@transaction.atomic
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """A row lock, one INSERT, and a session that remembers it."""
    wanted = Evening.objects.select_for_update().get(pk=pk)
    said = {name: request.POST[name] for name in ("name", "shop", "email")}
    taken = Seat.objects.create(evening=wanted, **said)
    request.session["seat"] = taken.pk
    return redirect("seat", pk)
