import django.db.models.deletion
from django.db import migrations, models

# A version is what answers refer to: whatever asks for it, the database never changes one.
NEVER_CHANGE = """
CREATE FUNCTION questionnaires_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a questionnaire version is never changed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER questionnaires_version_never_changes BEFORE UPDATE ON questionnaires_version
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION questionnaires_never_change();
"""
CHANGE_AGAIN = """
DROP TRIGGER questionnaires_version_never_changes ON questionnaires_version;
DROP FUNCTION questionnaires_never_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=100, unique=True, verbose_name='code')),
            ],
            options={
                'verbose_name': 'questionnaire',
                'verbose_name_plural': 'questionnaires',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='digest')),
                ('definition', models.JSONField(editable=False, verbose_name='definition')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='questionnaires.questionnaire', verbose_name='questionnaire')),
            ],
            options={
                'verbose_name': 'questionnaire version',
                'verbose_name_plural': 'questionnaire versions',
                'ordering': ['questionnaire', '-number'],
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('questionnaire', 'number'), name='one_version_of_a_number')],
            },
        ),
        migrations.RunSQL(NEVER_CHANGE, CHANGE_AGAIN),
    ]
