"""Browsers of staff who have shown their second factor."""

from django.test import Client

from accounts.models import User
from accounts.roles import Role


def browser_of(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def user_as(role, email):
    user = User.objects.create_user(email, name=role.value, is_staff=role in {Role.ADVISER, Role.PROGRAMME_STAFF})
    user.groups.set(user.groups.model.objects.filter(name=role))
    return user


def told(page):
    """What the page it led to says happened."""
    return [str(message) for message in page.context["messages"]]


def do(client, path, **typed):
    return client.post(path, typed, follow=True)
