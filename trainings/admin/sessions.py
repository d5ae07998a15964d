from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import person
from trainings import doors, moments, registering, scheduling
from trainings.admin import imports, session_pages
from trainings.admin.asking import route, words_of
from trainings.admin.forms import DateForm, DatesFormSet, SessionForm
from trainings.models import Registration, SeatEvent, Session, SessionDate

REGISTRATIONS_A_PAGE = 50
LATEST_EVENTS = 20
MOST_WAITING = 100
State = Session.State


class WhenFilter(admin.SimpleListFilter):
    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("coming", gettext_lazy("to come")),
            ("past", gettext_lazy("past")),
            ("few", gettext_lazy("within a week, under the minimum")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        now = timezone.now()
        if self.value() == "few":
            return queryset.filter(pk__in=Session.objects.under_minimum(now).values("pk"))
        if self.value() == "coming":
            return queryset.filter(starts_at__gt=now)
        return queryset.filter(starts_at__lte=now) if self.value() == "past" else queryset


class DateInline(admin.TabularInline):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    model = SessionDate
    form = DateForm
    formset = DatesFormSet
    fields = ("day", "begins", "ends")
    extra = 1

    @admin.display(description=gettext_lazy("day"))
    def day(self, row: SessionDate) -> str:
        return moments.day(row.starts_at)

    @admin.display(description=gettext_lazy("begins"))
    def begins(self, row: SessionDate) -> str:
        return moments.clock(row.starts_at)

    @admin.display(description=gettext_lazy("ends"))
    def ends(self, row: SessionDate) -> str:
        return moments.clock(row.ends_at)


class _TellFirst(Exception):
    """What was typed would be told to somebody: shown before it is done."""

    def __init__(self, told: scheduling.Told) -> None:
        self.told = told
        super().__init__()


class _Refused(Exception):
    """The change can't be made; in words."""


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # cannot be subscripted when it runs
    """Sessions: drafts are written as they are; whatever people have seen changes by the verbs of scheduling."""

    form = SessionForm
    list_display = ("title", "starts", "kind", "in_cities", "given_by", "seats", "waiting", "state")
    list_filter = (
        WhenFilter,
        "state",
        "kind",
        "campaign",
        ("topic", admin.RelatedOnlyFieldListFilter),
        ("cities", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("topic", "host")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-starts_at", "-pk")
    date_hierarchy = "starts_at"
    search_fields = ("titles", "topic__data__title", "venue", "cities__search_key", "trainers__name")
    autocomplete_fields = ("host", "cities")
    filter_horizontal = ("trainers",)
    inlines = (DateInline,)
    fieldsets = (
        (None, {"fields": ("programme", "campaign", "kind", "topic", "module", "titles", "level")}),
        (gettext_lazy("Where"), {"fields": ("host", "cities", "venue", "address", "link")}),
        (gettext_lazy("With whom"), {"fields": ("languages", "trainers", "bring")}),
        (gettext_lazy("Seats"), {"fields": ("capacity", "minimum", "opens_at", "closes_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        found: QuerySet[Session] = super().get_queryset(request)
        waiting = Registration.objects.waiting().filter(session=OuterRef("pk")).order_by().values("session")
        in_line = Subquery(waiting.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        return found.annotate(in_line=Coalesce(in_line, 0))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The names of the sessions on this page, in two queries."""
        found = super().get_changelist_instance(request)
        found.result_list = found.result_list.prefetch_related("cities", "trainers")
        return found

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("publish", session_pages.publish, "change_session"),
            ("close", session_pages.close, "change_session"),
            ("reopen", session_pages.reopen, "change_session"),
            ("hold", session_pages.hold, "change_session"),
            ("cancel", session_pages.cancel, "change_session"),
            ("few", session_pages.few, "change_session"),
            ("copy", session_pages.copy, "add_session"),
            ("register", session_pages.register, "add_registration"),
        ]
        return [*(route(self, *each) for each in own), *imports.routes(self), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        is_over = obj is not None and obj.state in (State.CANCELLED, State.HELD)
        return not is_over and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        """Drafts, one at a time; what was published is cancelled."""
        return obj is not None and obj.state == State.DRAFT and super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("title"), ordering="topic__order")
    def title(self, session: Session) -> str:
        return session.title

    @admin.display(description=gettext_lazy("starts"), ordering="starts_at")
    def starts(self, session: Session) -> str:
        return f"{timezone.localtime(session.starts_at):%d/%m/%Y %H:%M}" if session.starts_at else "—"

    @admin.display(description=gettext_lazy("cities"), ordering="host__name_key")
    def in_cities(self, session: Session) -> str:
        others = [city.name for city in session.cities.all() if city.pk != session.host_id]
        return ", ".join([session.host.name, *others])

    @admin.display(description=gettext_lazy("trainers"))
    def given_by(self, session: Session) -> str:
        return ", ".join(trainer.name or trainer.email for trainer in session.trainers.all())

    @admin.display(description=gettext_lazy("seats taken"), ordering="seats_taken")
    def seats(self, session: Session) -> str:
        return f"{session.seats_taken}/{session.capacity}"

    @admin.display(description=gettext_lazy("waiting"), ordering="in_line")
    def waiting(self, session: Session) -> int:
        count: int = session.in_line  # type: ignore[attr-defined]
        return count

    # Changing

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What people are told of is asked once more; what is refused is said in words."""
        try:
            page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except _TellFirst as first:
            return session_pages.tell(self, request, self._known(object_id), first.told)
        except _Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.path)
        return page

    def _known(self, object_id: str | None) -> Session:
        return Session.objects.get(pk=str(object_id))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        session = self.get_object(request, object_id) if request.method == "GET" else None
        panels = {} if session is None else self._panels(request, session)
        page: HttpResponse = super().change_view(request, object_id, form_url, {**panels, **(extra_context or {})})
        return page

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        dates = next(formset for formset in formsets if isinstance(formset, DatesFormSet))
        if change:
            self._change(request, form, dates)
        else:
            super().save_related(request, form, formsets, change)
            form.instance.settle_dates()

    def _change(self, request: HttpRequest, form: Any, dates: DatesFormSet) -> None:
        session = Session.objects.get(pk=form.instance.pk)
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        spans = dates.spans if dates.has_changed() else None
        told = scheduling.changes_told(session, values, spans)
        if told.changes and session_pages.TELL not in request.POST and told.registrations.exists():
            raise _TellFirst(told)
        try:
            scheduling.change(session=session, values=values, dates=spans, by=person(request))
        except (registering.BelowTaken, ValidationError, ValueError) as refusal:
            raise _Refused(words_of(refusal)) from refusal

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Dates were not saved by their formset: what it would say of them is unknown."""
        return super().construct_change_message(request, form, formsets if add else [], add)

    # Looking

    def _panels(self, request: HttpRequest, session: Session) -> dict[str, Any]:
        return {
            "tools": [*_tools(request, session)],
            "registrations": _page_of_registrations(request, session),
            "in_line": Registration.objects.waiting().filter(session=session).with_names()[:MOST_WAITING],
            "events": _latest_events(session),
            "door_url": doors.url(session) if session.takes_place else "",
        }


def _page_of_registrations(request: HttpRequest, session: Session) -> Page[Registration]:
    """By name, those who have or had a seat; who waits stands in the line."""
    rows = Registration.objects.filter(session=session).exclude(state=Registration.State.WAITING)
    named = rows.select_related("person", "business").order_by("person__name", "pk")
    return Paginator(named, REGISTRATIONS_A_PAGE).get_page(request.GET.get("page"))


def _latest_events(session: Session) -> QuerySet[SeatEvent]:
    events = SeatEvent.objects.filter(session=session).select_related("registration__person", "by")
    return events.order_by("-at", "-pk")[:LATEST_EVENTS]


def _tools(request: HttpRequest, session: Session) -> Iterable[tuple[str, str]]:
    """The pages on which something can be done to it now, by who may."""
    offered = {
        "publish": (session.state == State.DRAFT, _("Publish")),
        "register": (session.takes_place, _("Register somebody")),
        "imports": (session.takes_place, _("Import participants")),
        "few": (_is_under_minimum(session), _("Will it take place?")),
        "close": (session.state == State.OPEN, _("Close registration")),
        "reopen": (session.state == State.CLOSED, _("Reopen registration")),
        "hold": (session.state in (State.OPEN, State.CLOSED) and _has_begun(session), _("It took place")),
        "copy": (session.starts_at is not None, _("Copy")),
        "cancel": (session.state in (State.DRAFT, State.OPEN, State.CLOSED), _("Cancel the session")),
    }
    rights = {
        "register": "trainings.add_registration",
        "copy": "trainings.add_session",
        "imports": imports.RIGHT,
    }
    for name, (is_offered, words) in offered.items():
        if is_offered and request.user.has_perm(rights.get(name, "trainings.change_session")):
            yield reverse(f"admin:trainings_session_{name}", args=[session.pk]), words
    yield from _papers(request, session)


def _papers(request: HttpRequest, session: Session) -> Iterable[tuple[str, str]]:
    """What is printed or downloaded of it, on pages of their own."""
    if session.state != State.DRAFT and request.user.has_perm("trainings.view_registration"):
        query = {"session__id__exact": session.pk}
        yield reverse("admin:trainings_registration_export", query=query), _("Download the registrations")
    if session.takes_place:
        yield reverse("trainings:session_sheet", args=[session.uid]), _("Attendance sheet")
    if session.takes_place and _has_begun(session) and request.user.has_perm("trainings.add_certificate"):
        yield reverse("trainings:session_certificates", args=[session.uid]), _("Certificates")


def _has_begun(session: Session) -> bool:
    return session.starts_at is not None and session.starts_at <= timezone.now()


def _is_under_minimum(session: Session) -> bool:
    return Session.objects.under_minimum(timezone.now()).filter(pk=session.pk).exists()
