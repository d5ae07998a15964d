from django.db import connection, models

SHARED = 1


class Sheet(models.Model):
    """What one bare visitor has saved."""

    answers = models.JSONField(default=dict)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return f"{self.pk}"


class Evening(models.Model):
    """What bare visitors want seats of."""

    title = models.CharField(max_length=150)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """What one of them got."""

    evening = models.ForeignKey(Evening, models.CASCADE)
    name = models.CharField(max_length=150)
    shop = models.CharField(max_length=150)
    email = models.EmailField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.name


def make_tables() -> None:
    """No migration: they exist for the time of a measurement."""
    known = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        for model in (Sheet, Evening, Seat):
            if model._meta.db_table not in known:
                editor.create_model(model)
    if Sheet._meta.db_table not in known:
        Sheet.objects.create()  # the first: SHARED
