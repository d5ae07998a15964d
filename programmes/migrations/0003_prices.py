from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0002_city_position'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='voucher_budget',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='budget for vouchers, in euro'),
        ),
        migrations.AddField(
            model_name='programme',
            name='prices',
            field=models.JSONField(blank=True, default=dict, verbose_name='prices'),
        ),
    ]
