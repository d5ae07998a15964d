import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.utils import timezone

from outbox import files, jobs, mail
from outbox.admin import ByTitle
from outbox.models import File, Job, Mail


@pytest.fixture
def dana(db):
    return get_user_model().objects.create_user(email="dana@example.be", is_staff=True, is_superuser=True)


@pytest.fixture
def as_dana(rf, dana, settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}

    def request(**posted):
        made = rf.post("/", posted) if posted else rf.get("/")
        made.user = dana
        made._dont_enforce_csrf_checks = True
        made._messages = type("Messages", (list,), {"add": lambda self, *message: self.append(message)})()
        return made

    return request


@pytest.fixture
def rows(db):
    job = jobs.request(kind="trial-note", key="7", args={"id": 7})
    owed = mail.queue(
        template="trial/letter", to="alice@example.be", language="fr", ids={"name": "Zoé"}, secrets={"link": "s3cr3t"}
    )
    file = files.store(content=b"x", name="note.txt", content_type="text/plain")
    for model in (Job, Mail):
        model.objects.update(state="failed", attempt=3, finished_at=timezone.now(), error="what went wrong")
    return {Job: job, Mail: owed, File: file}


@pytest.mark.parametrize("model", [Job, Mail, File])
def test_admin_lists_and_shows_but_changes_nothing(model, rows, as_dana):
    pages = admin.site.get_model_admin(model)

    listed = pages.changelist_view(as_dana()).render().content.decode()
    shown = pages.change_view(as_dana(), str(rows[model].pk)).render().content.decode()

    assert str(rows[model]) in shown
    assert 'name="_save"' not in shown
    assert "s3cr3t" not in listed + shown
    assert rows[Mail].secrets_sealed not in listed + shown
    assert not pages.has_add_permission(as_dana())
    assert not pages.has_delete_permission(as_dana())


def test_mails_are_filtered_by_what_they_are_called(rows, as_dana, monkeypatch):
    monkeypatch.setitem(mail.TITLES, "trial/letter", "A letter on trial")
    mail.queue(template="trial/other", to="bob@example.be", language="fr", ids={"name": "Bob"})
    shown = admin.site.get_model_admin(Mail).changelist_view(as_dana()).context_data["cl"]
    [by_title] = [one for one in shown.filter_specs if isinstance(one, ByTitle)]
    _all, *mails = [str(choice["display"]) for choice in by_title.choices(shown)]
    assert mails == ["A letter on trial", "trial/other"]


@pytest.mark.parametrize("model", [Job, Mail])
def test_try_again_gives_the_same_verb(model, rows, as_dana):
    request = as_dana(action="try_again", _selected_action=rows[model].pk)

    admin.site.get_model_admin(model).changelist_view(request)

    row = model.objects.get()
    assert (row.state, row.attempts_allowed, row.error) == ("requested", 6, "")
    assert len(request._messages) == 1


def test_try_again_needs_the_right_to_change(rows, as_dana, dana):
    dana.is_superuser = False

    assert "try_again" not in admin.site.get_model_admin(Job).get_actions(as_dana())
