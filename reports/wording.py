"""What the tables of a release are called, and their rows and columns, in the reader's language."""

from django.utils.translation import gettext_lazy

# In this order they stand in documents; a table that a release does not have, or has without a row, is left out.
TITLES = {
    "engagement": gettext_lazy("Engagement of the city"),
    "refusals": gettext_lazy("Cities that refused, and why"),
    "campaigns": gettext_lazy("Campaign by campaign"),
    "groupings": gettext_lazy("Grouping by grouping"),
    "mobilisation": gettext_lazy("What was done so that shops come"),
    "months": gettext_lazy("Sessions and participants over time"),
    "sessions": gettext_lazy("Sessions"),
    "families": gettext_lazy("Families of trades"),
    "scores": gettext_lazy("Digital maturity"),
    "topics": gettext_lazy("Topics most recommended"),
    "satisfaction": gettext_lazy("What participants said"),
    "barriers": gettext_lazy("What stands in the way"),
    "funnel": gettext_lazy("From the wish to the training"),
    "stopped": gettext_lazy("Why wishes came to nothing"),
    "declining": gettext_lazy("Why others want nothing for now"),
    "coming": gettext_lazy("What comes next"),
}
# What a title leaves open.
CAPTIONS = {
    "campaigns": gettext_lazy("Each campaign whole, whatever the period"),
    "groupings": gettext_lazy(
        "Cities that a grouping shares with another count in both; a session of several cities counts in each of their groupings"
    ),
    "mobilisation": gettext_lazy("Actions of the period, and hours of work where they were noted"),
    "months": gettext_lazy("By the day on which the session was held"),
    "sessions": gettext_lazy(
        "Those that the city took part in; participants of all cities, and of them those of the city"
    ),
    "families": gettext_lazy("Shops that took part"),
    "scores": gettext_lazy("Means out of 100 over one self-diagnostic a shop"),
    "topics": gettext_lazy("Shops to which they were recommended, of those that have a result"),
    "satisfaction": gettext_lazy("Of those who answered"),
    "barriers": gettext_lazy("What stands in the way; one answer may name several"),
    "funnel": gettext_lazy("Of the slips that ask for a training"),
}
ROWS = {
    "engagement": gettext_lazy("Campaign"),
    "refusals": gettext_lazy("Reason"),
    "campaigns": gettext_lazy("Campaign"),
    "groupings": gettext_lazy("Grouping"),
    "mobilisation": gettext_lazy("Action"),
    "months": gettext_lazy("Period"),
    "sessions": gettext_lazy("Session"),
    "families": gettext_lazy("Family"),
    "scores": gettext_lazy("Theme"),
    "topics": gettext_lazy("Topic"),
    "satisfaction": gettext_lazy("Question"),
    "barriers": gettext_lazy("Obstacle"),
    "funnel": gettext_lazy("Step"),
    "stopped": gettext_lazy("Reason"),
    "declining": gettext_lazy("Reason"),
    "coming": gettext_lazy("Session"),
}
HEADS = {
    "state": gettext_lazy("State"),
    "state-since": gettext_lazy("Since"),
    "invited": gettext_lazy("Invited on"),
    "actions": gettext_lazy("Actions"),
    "hours": gettext_lazy("Hours"),
    "day": gettext_lazy("Day"),
    "cities": gettext_lazy("Cities"),
    "participants": gettext_lazy("Participants"),
    "of-the-city": gettext_lazy("Of the city"),
    "shops": gettext_lazy("Shops"),
    "share": gettext_lazy("Share"),
    "mean": gettext_lazy("Points of 100"),
    "value": gettext_lazy("Result"),
    "answers": gettext_lazy("Answers"),
    "slips": gettext_lazy("Slips"),
}
# Where a column holds something else than elsewhere.
HEADS_OF = {
    "satisfaction": {"answers": gettext_lazy("Over (n)")},
    "barriers": {"answers": gettext_lazy("Over (n)")},
    "funnel": {"answers": gettext_lazy("Over (n)")},
}
# Figures drawn large on the first page of a city.
OF_A_CITY = {
    "sessions-held": gettext_lazy("Sessions held with the city"),
    "participants": gettext_lazy("Participants of the city, at all sessions"),
    "shops": gettext_lazy("Shops of the city, at all sessions"),
}
