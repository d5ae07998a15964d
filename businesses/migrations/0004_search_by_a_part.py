from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from businesses.searching import key_of

AT_ONCE = 2000


def fill(apps, schema_editor):
    """What save() writes from now on."""
    Person = apps.get_model("businesses", "Person")
    some = []
    for person in Person.objects.only("name", "email", "phone").iterator(AT_ONCE):
        person.search_key = key_of([person.name, person.email, person.phone])
        some.append(person)
        if len(some) == AT_ONCE:
            Person.objects.bulk_update(some, ["search_key"])
            some = []
    Person.objects.bulk_update(some, ["search_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0003_merge"),
    ]

    operations = [
        TrigramExtension(),
        migrations.AddField(
            model_name="person",
            name="search_key",
            field=models.TextField(default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["email"], name="person_by_email"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["phone"], name="person_by_phone"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=GinIndex(fields=["search_key"], name="person_by_part", opclasses=["gin_trgm_ops"]),
        ),
        migrations.AddIndex(
            model_name="business",
            index=GinIndex(fields=["name_key"], name="business_by_part", opclasses=["gin_trgm_ops"]),
        ),
    ]
