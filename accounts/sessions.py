"""Sessions of browsers, kept in a table that says whose they are: settings.SESSION_ENGINE names this module."""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY as LOGIN
from django.contrib.sessions.backends import db

from accounts.models import Browser
from accounts.signing_in import SESSION_KEY as SIGN_IN


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Browser]:
        return Browser

    def create_model_instance(self, data: dict[str, Any]) -> Browser:
        browser = cast("Browser", super().create_model_instance(data))
        browser.login = int(data[LOGIN]) if LOGIN in data else None
        browser.address = data.get(SIGN_IN, {}).get("email", "")
        return browser
