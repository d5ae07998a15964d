from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """The table of settings.CACHES: rate limits and used codes. Django makes it by a command of its own, which nobody should have to know."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_invitation")]

    operations = [migrations.RunPython(create, lambda apps, editor: editor.execute("DROP TABLE IF EXISTS portal_cache"))]
