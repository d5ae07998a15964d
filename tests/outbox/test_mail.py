import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import MIMEPart

import pytest
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from outbox import leasing, mail, sealing, tasks
from outbox.models import Mail
from tests.waiting import waiting_for_a_lock
from tests.workers import wait_until

LINK = "https://localhost/k/s3cr3t-0123456789"
OTHER_KEY = "another-key-of-the-portal-0123456789"


def owe(template="trial/letter", to="alice@example.be", language="fr", name="Zoé & fils", **more):
    return mail.queue(template=template, to=to, language=language, ids={"name": name}, secrets={"link": LINK}, **more)


def send(owed):
    tasks.send(owed.pk)
    owed.refresh_from_db()
    return owed


def table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(outbox_mail)::text FROM outbox_mail")
        return cursor.fetchall()


def test_mail_is_written_in_the_recipients_language(db, smtp):
    owed = send(owe())

    [message] = smtp.messages
    assert (owed.state, owed.error, smtp.recipients) == ("sent", "", [["alice@example.be"]])
    assert owed.sent_at == owed.finished_at
    assert message["Subject"] == "Zoé & fils writes to you"
    assert message["Message-ID"] == owed.message_id
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("fr", "auto-generated")
    assert message.get_body(("plain",)).get_content().strip() == f"Zoé & fils: {LINK} Oui"
    assert message.get_body(("html",)).get_content().startswith(f'<p>Zoé &amp; fils <a href="{LINK}">')


def test_mail_without_html_is_plain_text(db, smtp):
    send(owe("trial/plain"))

    assert smtp.messages[0].get_content_type() == "text/plain"


def test_only_the_last_mail_to_somebody_looks_for_what_is_to_go(db, smtp, django_assert_num_queries):
    """Taken, renewed, recorded: with the transactions around them."""
    owed = owe()
    with django_assert_num_queries(6):
        tasks.send(owed.pk)


def test_mail_sent_twice_goes_out_once(db, smtp):
    send(send(owe()))

    assert len(smtp.messages) == 1


def test_mail_asked_twice_under_one_key_is_one_mail(db, smtp):
    first = send(owe(key="reminder/7"))
    second = send(owe(key="reminder/7", name="Another"))
    other = owe(key="reminder/8")

    assert (first.pk, other.pk == first.pk, len(smtp.messages)) == (second.pk, False, 1)
    assert list(Mail.objects.about("reminder/7")) == [first]


def test_mails_without_a_key_are_each_a_mail(db):
    assert owe().pk != owe().pk


def test_mail_asked_by_two_at_once_under_one_key_is_one_mail(transactional_db):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = owe(key="reminder/7")
            second = pool.submit(asked_alone)
            wait_until(lambda: second.running() and waiting_for_a_lock())
        assert second.result(10) == first.pk
    assert Mail.objects.count() == 1


def asked_alone():
    try:
        return owe(key="reminder/7").pk
    finally:
        connection.close()


def test_mail_carries_parts_and_headers_but_keeps_its_own(db, smtp, monkeypatch):
    part = MIMEPart()
    part.set_content(b"BEGIN:VCALENDAR\r\n", "text", "calendar", params={"method": "REQUEST"}, filename="a.ics")
    headers = {"List-Unsubscribe": "<https://localhost/stop/x>", "Message-ID": "<forged@example.be>"}
    context = {"attachments": [part], "headers": headers, "name": "Zoé", "link": LINK}
    monkeypatch.setitem(mail.CONTEXTS, "trial/letter", lambda ids, secrets: context)

    owed = send(owe())

    [message] = smtp.messages
    [sent] = message.iter_attachments()
    assert (sent.get_filename(), sent.get_content_type(), sent.get_param("method")) == (
        "a.ics",
        "text/calendar",
        "REQUEST",
    )
    assert sent.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\n"
    assert message["List-Unsubscribe"] == "<https://localhost/stop/x>"
    assert message.get_all("Message-ID") == [owed.message_id]
    assert message.get_body(("html",)).get_content().startswith("<p>Zoé")


def test_mail_that_is_no_longer_true_is_not_sent(db, smtp, monkeypatch):
    def context(ids, secrets):
        raise mail.NoLongerTrue

    monkeypatch.setitem(mail.CONTEXTS, "trial/letter", context)
    owed = send(owe())

    assert (owed.state, owed.attempt, bool(owed.error), smtp.messages) == ("failed", 1, True, [])


@pytest.mark.parametrize("to", ["alice@example.be\r\nBcc: eve@example.be", "a@b.be, c@d.be", "Alice <a@b.be>", "", "x"])
def test_bad_address_is_refused(db, to):
    with pytest.raises(mail.BadAddress):
        owe(to=to)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b"])
def test_name_adds_no_header(db, smtp, end):
    send(owe(name=f"Zoé{end}Bcc: eve@example.be{end}{end}Body"))

    assert smtp.recipients == [["alice@example.be"]]
    assert smtp.messages[0]["Bcc"] is None
    assert smtp.messages[0]["Subject"] == "Zoé Bcc: eve@example.be Body writes to you"


def test_secrets_are_never_plain_and_erased_once_sent(db, smtp):
    owed = owe()
    before = str(table())
    send(owed)

    assert "s3cr3t" not in before
    assert "s3cr3t" not in str(table())
    assert (owed.secrets_sealed, bool(owed.secrets_erased_at)) == ("", True)


def test_sent_mail_with_secrets_is_impossible(db, smtp):
    owed = send(owe())

    with pytest.raises(IntegrityError, match="mail_keeps_no_secret_once_sent"):
        Mail.objects.filter(pk=owed.pk).update(secrets_sealed="x", secrets_erased_at=None)


def test_secrets_survive_a_change_of_key(db, smtp, settings):
    owed = owe()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = OTHER_KEY

    assert send(owed).state == "sent"


def test_secrets_under_a_forgotten_key_are_unreadable(settings):
    sealed = sealing.seal({"code": "123456"})
    settings.SECRET_KEY = OTHER_KEY

    with pytest.raises(sealing.UnreadableSecrets):
        sealing.unseal(sealed)


def test_secrets_are_not_sealed_under_the_plain_key(settings):
    assert signing.b64_encode(settings.SECRET_KEY.encode()) != sealing._cipher()._fernets[0]._encryption_key


def test_server_that_refuses_for_now_gets_the_same_mail_later(db, smtp):
    smtp.to_recipients.append("451 4.7.1 Greylisted")
    owed = send(owe())
    refused = (owed.state, owed.attempt, owed.attempts_allowed, list(smtp.messages))
    Mail.objects.update(not_before=None)
    send(owed)

    assert refused == ("requested", 1, 4, [])
    assert (owed.state, smtp.messages[0]["Message-ID"]) == ("sent", owed.message_id)
    assert len(smtp.messages) == 1


def test_server_that_is_away_costs_no_attempt(db, smtp, settings):
    settings.MAILERS["default"]["OPTIONS"]["port"] = 1

    owed = send(owe())

    assert (owed.state, owed.attempts_allowed) == ("requested", 4)
    assert "ConnectionRefusedError" in owed.error


def test_mail_refused_for_good_fails_after_three_attempts(db, smtp):
    owed = owe()
    for _attempt in range(3):
        smtp.to_recipients.append("550 5.1.1 No such user")
        send(owed)
        Mail.objects.update(not_before=None)

    owed.refresh_from_db()
    assert (owed.state, owed.attempt, smtp.messages) == ("failed", 3, [])
    assert "550 5.1.1 No such user" in owed.error


def test_reply_that_quotes_a_secret_is_kept_without_it(db, smtp):
    smtp.to_messages.append(f"554 5.7.1 Blocked link {LINK}")

    assert "s3cr3t" not in send(owe()).error


@pytest.mark.parametrize(
    ("error", "is_temporary"),
    [
        (smtplib.SMTPDataError(451, b"later"), True),
        (smtplib.SMTPDataError(554, b"spam"), False),
        (smtplib.SMTPSenderRefused(550, b"no", "x"), False),
        (smtplib.SMTPRecipientsRefused({"a@b.be": (450, b"later")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b.be": (550, b"never")}), False),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), True),
        (smtplib.SMTPConnectError(554, b"busy"), True),
        (smtplib.SMTPServerDisconnected("gone"), True),
        (smtplib.SMTPNotSupportedError("no AUTH"), False),
        (TimeoutError(), True),
    ],
)
def test_refusal_is_temporary_or_not(error, is_temporary):
    assert mail._is_temporary(error) is is_temporary


def test_template_that_is_missing_fails_without_its_secrets(db, smtp, caplog, monkeypatch):
    def context(ids, secrets):
        raise LookupError(secrets["link"])

    monkeypatch.setitem(mail.CONTEXTS, "trial/letter", context)
    owed = send(owe())

    assert (owed.state, owed.attempt) == ("requested", 1)
    assert "LookupError" in owed.error
    assert "LookupError" in caplog.text
    assert "s3cr3t" not in owed.error + caplog.text


def test_lease_that_lapsed_while_connecting_sends_nothing(db, smtp, monkeypatch):
    def context(ids, secrets):
        Mail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        leasing.take(Mail, owed.pk)
        return {}

    monkeypatch.setitem(mail.CONTEXTS, "trial/letter", context)
    owed = owe()
    send(owed)

    assert (owed.state, owed.attempt, smtp.messages) == ("sending", 2, [])


def test_mail_that_is_sent_is_not_put_back_when_the_database_fails(db, smtp, monkeypatch):
    calls = []

    def finish(*args, **outcome):
        calls.append(args)
        if len(calls) == 1:
            raise mail.OperationalError("gone")
        return real(*args, **outcome)

    real = leasing.finish
    monkeypatch.setattr(leasing, "finish", finish)
    monkeypatch.setattr(mail.connection, "close", lambda: None)
    monkeypatch.setattr(mail, "RECORDED_AFTER", (0, 0))

    assert send(owe()).state == "sent"
    assert (len(smtp.messages), len(calls)) == (1, 2)


def test_tidy_erases_the_secrets_of_old_failures(db, smtp):
    owed = owe()
    Mail.objects.update(state="failed", error="words", finished_at=timezone.now() - timedelta(days=8))

    tasks.tidy()

    owed.refresh_from_db()
    assert (owed.state, owed.secrets_sealed, bool(owed.secrets_erased_at)) == ("failed", "", True)
    assert leasing.try_again(Mail.objects.all()) == 0
