"""People who came, and their certificates as the worker makes them."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client

from outbox import files, tasks
from outbox.models import Job
from tests.trainings.sessions import IN_TEN_DAYS, make_person, make_session, register
from trainings import attending, certifying, documents
from trainings.models import Registration

AFTER = IN_TEN_DAYS + timedelta(days=30)
THREE = [IN_TEN_DAYS + timedelta(days=7 * week) for week in range(3)]


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def come(registration, dates=None, *, is_helper=False, is_present=True, at=IN_TEN_DAYS):
    for date in [*registration.session.dates.all()][:dates]:
        attending.mark(
            registration=registration, date=date, is_helper=is_helper, is_present=is_present, key=uuid4(), at=at
        )


def issued(name="Zoé Lambert", session=None, **person):
    session = session or make_session(titles={"fr": "Être trouvé", "en": "Being found"})
    registration = register(session, person=make_person(name, **person))
    come(registration)
    return certifying.issue(registration=registration, at=AFTER)


def made(document):
    """The file of a document, and its bytes, as the worker makes it."""
    job = documents.ask_for(document)
    tasks.run(job.pk)
    job = Job.objects.select_related("file").get(pk=job.pk)
    assert job.state == "done", job.error
    with files.open_checked(job.file) as stream:
        return job.file, stream.read()


def earned_by(registration):
    return [head.is_helper for head in certifying.earned(Registration.objects.filter(pk=registration.pk), AFTER)]
