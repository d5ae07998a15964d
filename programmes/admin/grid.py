"""The grid of a campaign: which rows are looked at, and each of them as a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from programmes.admin.forms import RowForm
from programmes.models import Campaign, Engagement, EngagementQuerySet, Grouping

ROWS_A_PAGE = 100
# In the address of the grid
FILTERS = ("campaign", "state", "owner", "grouping", "late", "q")


class FilterForm(forms.Form):
    campaign = forms.TypedChoiceField(label=gettext_lazy("Campaign"), coerce=int, required=False, empty_value=None)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("all states")), *Engagement.State.choices],
        required=False,
    )
    owner = forms.TypedChoiceField(label=gettext_lazy("Owner"), coerce=int, required=False, empty_value=None)
    grouping = forms.TypedChoiceField(label=gettext_lazy("Where"), coerce=int, required=False, empty_value=None)
    late = forms.BooleanField(label=gettext_lazy("Only what is overdue"), required=False)
    q = forms.CharField(label=gettext_lazy("City or contact"), max_length=80, required=False)

    def choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


@dataclass
class Grid:
    """What one looks at; `typed` is a row as it was sent and refused."""

    query: QueryDict
    day: date = field(default_factory=timezone.localdate)
    typed: RowForm | None = None
    campaigns: Mapping[int, Campaign] = field(init=False)
    owners: dict[int, User] = field(init=False)
    filters: FilterForm = field(init=False)
    campaign: Campaign | None = field(init=False)

    def __post_init__(self) -> None:
        known = Campaign.objects.filter(programme__withdrawn_at=None).select_related("programme")
        self.campaigns = {campaign.pk: campaign for campaign in known.order_by("programme", "-starts_on")}
        self.owners = owners()
        self.filters = FilterForm(self.query)
        self.filters.choose("campaign", [(pk, _named(campaign)) for pk, campaign in self.campaigns.items()])
        self.filters.choose(
            "owner", [("", gettext_lazy("everybody")), *((pk, str(u)) for pk, u in self.owners.items())]
        )
        self.filters.choose("grouping", [])
        self.filters.is_valid()
        self.campaign = self.campaigns.get(self.said.get("campaign") or 0) or self._usual()
        self._offer_groupings()

    @property
    def said(self) -> dict[str, Any]:
        return getattr(self.filters, "cleaned_data", {})

    def _usual(self) -> Campaign | None:
        """The one that runs, else the latest that had begun, else any."""
        begun = [campaign for campaign in self.campaigns.values() if campaign.starts_on <= self.day]
        return max(begun, key=lambda campaign: campaign.starts_on, default=next(iter(self.campaigns.values()), None))

    def _offer_groupings(self) -> None:
        """Those of the campaign's programme: which it is must be known first."""
        programme = self.campaign.programme_id if self.campaign else None
        found = Grouping.objects.offered().filter(programme=programme)
        self.filters.choose("grouping", [("", gettext_lazy("everywhere")), *((one.pk, one.name) for one in found)])
        self.filters.full_clean()

    @property
    def rows(self) -> EngagementQuerySet:
        if self.campaign is None:
            return Engagement.objects.none()
        said, found = self.said, Engagement.objects.of(self.campaign)
        if said.get("state"):
            found = found.filter(state=said["state"])
        if said.get("owner"):
            found = found.filter(owner=said["owner"])
        if said.get("grouping"):
            found = found.filter(city__groupings=said["grouping"])
        if said.get("late"):
            found = found.overdue(self.day)
        if said.get("q"):
            found = found.named(said["q"])
        return found.with_names().most_urgent_first(self.day)

    @property
    def is_narrowed(self) -> bool:
        return any(self.said.get(name) for name in FILTERS[1:])

    @property
    def page(self) -> Page[Engagement]:
        return Paginator(self.rows, ROWS_A_PAGE).get_page(self.query.get("page"))

    def forms(self, rows: Page[Engagement]) -> list[RowForm]:
        typed = {self.typed.row.pk: self.typed} if self.typed else {}
        return [typed.get(row.pk) or RowForm(row=row, owners=self.owners) for row in rows]

    @property
    def address(self) -> str:
        """The filters as they stand in an address."""
        kept = QueryDict(mutable=True)
        for name in (*FILTERS, "page"):
            if given := self.query.get(name):
                kept[name] = str(given)
        return kept.urlencode()


def grid_of(request: HttpRequest, typed: RowForm | None = None) -> Grid:
    """By the address; where a row was sent, by the address of the page on which it was."""
    query = QueryDict(request.POST["back"]) if request.method == "POST" and "back" in request.POST else request.GET
    return Grid(query, typed=typed)


def owners() -> dict[int, User]:
    staff: QuerySet[User] = User.objects.staff()
    return {user.pk: user for user in staff}


def _named(campaign: Campaign) -> str:
    return f"{campaign.programme.name} · {campaign.name}"
