import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


NEVER_CHANGE = """
CREATE FUNCTION protected_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Protected counts are frozen: what is released later is held against them.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER protected_is_frozen BEFORE UPDATE OR DELETE ON reports_protected
    FOR EACH ROW EXECUTE FUNCTION protected_is_frozen();
"""
CHANGE_AGAIN = """
DROP TRIGGER protected_is_frozen ON reports_protected;
DROP FUNCTION protected_is_frozen();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0004_cities'),
        ('reports', '0001_releases'),
    ]

    operations = [
        migrations.AlterField(
            model_name='release',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.campaign', verbose_name='campaign'),
        ),
        migrations.AlterField(
            model_name='release',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme', verbose_name='programme'),
        ),
        migrations.CreateModel(
            name='Protected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(choices=[('quarter', 'quarter'), ('year', 'year'), ('campaign', 'campaign')], max_length=8, verbose_name='period')),
                ('since', models.DateField(verbose_name='from')),
                ('until', models.DateField(verbose_name='to')),
                ('as_of', models.DateTimeField(verbose_name='as of')),
                ('as_of_on', models.DateField(verbose_name='as of the day')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('content', models.JSONField(verbose_name='content')),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.campaign', verbose_name='campaign')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'protected counts',
                'verbose_name_plural': 'protected counts',
                'ordering': ['as_of', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'period', 'campaign', 'since', 'until', 'as_of_on'), name='protected_once_a_day', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('campaign__isnull', False), ('period', 'campaign')), models.Q(('campaign', None), ('period__in', ['quarter', 'year'])), _connector='OR'), name='protected_of_a_campaign_names_it', violation_error_message='A release about a campaign names it, and only that.'), models.CheckConstraint(condition=models.Q(('since__lte', models.F('until'))), name='protected_period_begins_before_it_ends', violation_error_message='The period ends before it begins.')],
            },
        ),
        migrations.RunSQL(NEVER_CHANGE, CHANGE_AGAIN),
    ]
