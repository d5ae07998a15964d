"""Makers and mails that exist only in these tests, for the test's process and for its worker."""

import time

from outbox import files, jobs, leasing
from outbox.mail import context_of


def text(content, name="note.txt"):
    return jobs.Made(content.encode(), name, "text/plain")


def content(file):
    with files.open_checked(file) as stream:
        return stream.read()


@jobs.maker("trial-note")
def note(job):
    return text(f"note {job.args['id']}, attempt {job.attempt}", "Fleurs Dupont – note.txt")


@jobs.maker("trial-nothing")
def nothing(job):
    return None


@jobs.maker("trial-crash")
def crash(job):
    raise ValueError("not for staff: 0123456")


@jobs.maker("trial-refused")
def refused(job):
    raise leasing.TemporaryRefusal("The scanner is asleep.")


@jobs.maker("trial-slow-once")
def slow_once(job):
    """In the middle of its work for a minute the first time, quick afterwards."""
    jobs.report_step(job, 1, 2, "in the middle")
    if job.attempt == 1:
        time.sleep(60)
    return text(f"attempt {job.attempt}")


@context_of("trial/letter")
def letter(ids, secrets):
    return {"name": ids["name"], "link": secrets["link"]}


@context_of("trial/plain")
def plain(ids, secrets):
    return {}
