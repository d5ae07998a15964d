"""What survey.yaml says, kept as a version: answers refer to the one that they were given to."""

import hashlib
import json
from datetime import datetime

from programmes.applying import Change
from programmes.models import Programme
from questionnaires.format import as_data
from surveys import format as form
from surveys.models import Survey


def load(programme: Programme, wanted: form.Survey | None, at: datetime) -> list[Change]:
    """A changed file makes the next version; one that is gone withdraws the survey until it returns."""
    what = str(Survey._meta.verbose_name_plural)
    latest = Survey.objects.latest_of(programme)
    if wanted is None:
        return [_withdrawn(what, latest, at)]
    definition = as_data(wanted)
    digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
    if latest is None or latest.digest != digest:
        number = latest.number + 1 if latest else 1
        Survey.objects.create(programme=programme, number=number, digest=digest, definition=definition, loaded_at=at)
        return [Change(what, created=1)]
    return [_returned(what, latest)]


def _withdrawn(what: str, latest: Survey | None, at: datetime) -> Change:
    if latest is None or latest.withdrawn_at:
        return Change(what, unchanged=int(latest is not None))
    latest.withdrawn_at = at
    latest.save(update_fields=["withdrawn_at"])
    return Change(what, withdrawn=1)


def _returned(what: str, latest: Survey) -> Change:
    if latest.withdrawn_at is None:
        return Change(what, unchanged=1)
    latest.withdrawn_at = None
    latest.save(update_fields=["withdrawn_at"])
    return Change(what, returned=1)
