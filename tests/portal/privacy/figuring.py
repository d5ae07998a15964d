"""Every figure of the portal, of a whole programme and of each of its campaigns."""

from figures.definition import Filters
from reports.registry import definitions


def every_figure(programme, at):
    """By code and campaign (None: the whole), as things stood at that moment."""
    campaigns = [None, *programme.campaigns.order_by("pk").values_list("pk", flat=True)]
    return {
        (each.code, campaign): each.compute(Filters(programme=programme.pk, campaign=campaign, as_of=at))
        for each in definitions()
        for campaign in campaigns
        if campaign is None or "campaign" in each.accepts
    }
