"""Requests to pages of the admin by somebody who may do everything."""

from accounts.models import User


def request_by(rf, user=None, **posted):
    made = rf.post("/", posted) if posted else rf.get("/")
    made.user = user or User.objects.get_or_create(email="root@example.org", is_staff=True, is_superuser=True)[0]
    made._dont_enforce_csrf_checks = True
    made._messages = type("Messages", (list,), {"add": lambda self, *message: self.append(message)})()
    return made


def told_by(request):
    return [str(words) for _, words, _ in request._messages]
