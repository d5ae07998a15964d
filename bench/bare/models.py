from django.db import connection, models

SHARED = 1


class Sheet(models.Model):
    """What one bare visitor has saved."""

    answers = models.JSONField(default=dict)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return f"{self.pk}"


def make_table() -> None:
    """No migration: it exists for the time of a measurement."""
    if Sheet._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Sheet)
        Sheet.objects.create()  # the first: SHARED
