"""A helper's slip was booked on the shopkeeper."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def of_nobody(apps, schema_editor):
    apps.get_model("surveys", "Slip").objects.filter(is_helper=True).update(person=None)


def of_the_shopkeeper(apps, schema_editor):
    registration = apps.get_model("trainings", "Registration").objects.filter(pk=OuterRef("registration"))
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while a check of it is still to come
    slips = apps.get_model("surveys", "Slip").objects.filter(is_helper=True)
    slips.update(person=Subquery(registration.values("person")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0001_first"),
        ("businesses", "0004_search_by_a_part"),
        ("trainings", "0007_names_told"),
    ]

    operations = [
        migrations.AlterField(
            model_name="slip",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slips",
                to="businesses.person",
                verbose_name="person",
            ),
        ),
        migrations.RunPython(of_nobody, of_the_shopkeeper),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.CheckConstraint(
                condition=Q(("is_helper", True), ("person", None)) | Q(("is_helper", False), ("person__isnull", False)),
                name="slip_of_a_helper_is_of_no_person",
                violation_error_message="A helper is known by name alone; any other slip is of a person.",
            ),
        ),
    ]
