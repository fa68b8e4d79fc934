import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dashboard', '0003_thresholds'),
    ]

    operations = [
        migrations.AddField(
            model_name='tracefact',
            name='seen_on',
            field=models.DateField(default=datetime.date(2026, 1, 1), help_text='Day of the newest trace that has it; facts that no stored trace has go.'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='tracechunk',
            name='cut',
            field=models.BooleanField(default=False, help_text='There were more bad and slow ones; the worst are here.'),
        ),
        migrations.AddField(
            model_name='tracedocument',
            name='wanted_at',
            field=models.DateTimeField(default=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), help_text='When it was last asked to be fetched.'),
            preserve_default=False,
        ),
    ]
