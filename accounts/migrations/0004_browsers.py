from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models


def bring_sessions(apps, schema_editor):
    """So that nobody is signed out, and no unfinished diagnostic is lost."""
    rows = apps.get_model("sessions", "Session").objects.all()
    browsers = apps.get_model("accounts", "Browser").objects
    for row in rows.iterator():
        said = SessionStore().decode(row.session_data)
        browsers.create(
            session_key=row.session_key,
            session_data=row.session_data,
            expire_date=row.expire_date,
            login=said.get("_auth_user_id"),
            address=said.get("sign_in", {}).get("email", ""),
        )
    rows.delete()


def take_sessions_back(apps, schema_editor):
    fields = ("session_key", "session_data", "expire_date")
    sessions = apps.get_model("sessions", "Session").objects
    for said in apps.get_model("accounts", "Browser").objects.values(*fields).iterator():
        sessions.create(**said)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_cache_table"), ("sessions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Browser",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("login", models.BigIntegerField(db_index=True, null=True, verbose_name="login")),
                ("address", models.EmailField(blank=True, db_index=True, max_length=254, verbose_name="e-mail")),
            ],
            options={"verbose_name": "browser", "verbose_name_plural": "browsers"},
        ),
        migrations.RunPython(bring_sessions, take_sessions_back),
    ]
