"""A programme, its territory, and what is agreed with its cities."""

from programmes.models.engagements import Engagement, EngagementQuerySet, Note, StateChange
from programmes.models.groupings import Grouping, GroupingQuerySet
from programmes.models.letters import LetterTemplate
from programmes.models.mobilisations import Mobilisation, MobilisationQuerySet, Visit
from programmes.models.officials import Official, OfficialQuerySet
from programmes.models.programmes import (
    CAMPAIGN_ON,
    OFFERED,
    OFFERED_AS,
    Campaign,
    CampaignQuerySet,
    City,
    CityQuerySet,
    Frame,
    Programme,
    ProgrammeQuerySet,
)

__all__ = [
    "CAMPAIGN_ON",
    "OFFERED",
    "OFFERED_AS",
    "Campaign",
    "CampaignQuerySet",
    "City",
    "CityQuerySet",
    "Engagement",
    "EngagementQuerySet",
    "Frame",
    "Grouping",
    "GroupingQuerySet",
    "LetterTemplate",
    "Mobilisation",
    "MobilisationQuerySet",
    "Note",
    "Official",
    "OfficialQuerySet",
    "Programme",
    "ProgrammeQuerySet",
    "StateChange",
    "Visit",
]
