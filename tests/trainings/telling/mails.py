"""What was sent, as its reader finds it."""

from datetime import timedelta
from email.message import EmailMessage

from outbox import tasks
from outbox.models import Mail
from trainings import telling

DAY = timedelta(days=1)


def templates(*registrations):
    found = telling.mails_of(*registrations).order_by("pk").values_list("template", flat=True)
    return [template.removeprefix(telling.EMAILS) for template in found]


def sent(smtp, template) -> EmailMessage:
    """The mail of this template, handed to the mail server; None when it was no longer true."""
    owed = Mail.objects.get(template=template)
    before = len(smtp.messages)
    tasks.send(owed.pk)
    owed.refresh_from_db()
    assert owed.attempt == 1 and "could not be written" not in owed.error, owed.error
    return smtp.messages[before] if len(smtp.messages) > before else None


def text(message):
    return message.get_body(("plain",)).get_content()


def first_line(message):
    return text(message).strip().splitlines()[0]


def calendar(message):
    """The entry of the only attachment, by property."""
    [part] = message.iter_attachments()
    unfolded = part.get_payload(decode=True).decode().replace("\r\n ", "")
    found = dict(line.split(":", 1) for line in unfolded.split("\r\n") if ":" in line)
    assert part.get_param("method") == found["METHOD"]
    return {name.split(";")[0]: value for name, value in found.items()}


def registration_token(message):
    return text(message).split("/registrations/")[1].split("/")[0]
