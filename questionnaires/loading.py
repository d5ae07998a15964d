import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction

from questionnaires.checking import Content
from questionnaires.models import Questionnaire, Version


@transaction.atomic
def load_version(code: str, content: Content) -> tuple[Version, bool]:
    """The version that holds this content: the latest one if nothing changed, else the next; and whether it is new.

    Answers that are open stay on the version that they refer to.
    """
    Questionnaire.objects.get_or_create(code=code)
    questionnaire = Questionnaire.objects.select_for_update().get(code=code)
    latest = Version.objects.latest_of(code)
    digest = digest_of(content.data)
    if latest and latest.digest == digest:
        return latest, False
    number = latest.number + 1 if latest else 1
    return questionnaire.versions.create(number=number, digest=digest, definition=content.data), True


def digest_of(data: Mapping[str, Any]) -> str:
    """sha256 of the data as canonical JSON: keys sorted, nothing superfluous, UTF-8."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
