"""A real SMTP server for tests: `smtp` receives what the portal and the worker send, and refuses when told to."""

import asyncio
import threading
from collections import deque
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller


class _Controller(Controller):
    """aiosmtpd connects to itself to see whether it runs, by the port that it was given: here the system chooses."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Smtp:
    """What arrived, in order, and how to answer next."""

    def __init__(self):
        self.controller = _Controller(self, hostname="127.0.0.1", port=0)
        self.reset()

    def reset(self):
        self.messages = []
        self.recipients = []
        self.to_recipients = deque()  # answers to the next RCPT commands; then 250
        self.to_messages = deque()  # answers to the next messages; then 250
        self.go_on = threading.Event()
        self.go_on.set()
        self.is_waiting = threading.Event()

    @property
    def port(self):
        return self.controller.port

    def hold(self):
        """Answer nothing to the next message until go_on is set."""
        self.is_waiting.clear()
        self.go_on.clear()

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.to_recipients.popleft() if self.to_recipients else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self.to_messages.popleft() if self.to_messages else "250 OK"
        if answer.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients.append(envelope.rcpt_tos)
        while not self.go_on.is_set():
            self.is_waiting.set()
            await asyncio.sleep(0.01)
        return answer


@pytest.fixture(scope="session")
def smtp_server():
    server = Smtp()
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture
def smtp(smtp_server, settings):
    """The server, empty and friendly, as the portal's mailer."""
    smtp_server.reset()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": smtp_server.port, "timeout": 5},
        }
    }
    yield smtp_server
    smtp_server.go_on.set()
