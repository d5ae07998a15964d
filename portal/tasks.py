"""What the worker must know of the portal itself: the maker of the demo's activity."""

from outbox.jobs import maker
from outbox.models import Job
from portal.demo import loading


@maker(loading.KIND)
def load_demo(job: Job) -> None:
    loading.load(job)
