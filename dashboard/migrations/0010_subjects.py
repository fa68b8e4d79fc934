"""Alerts are about subjects of any kind: those that stand get their resource's."""

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Name every alert after its resource."""
    Alert = apps.get_model("dashboard", "Alert")
    for alert in Alert.objects.select_related("resource").iterator():
        alert.account_id = alert.resource.account_id
        alert.subject = f"resource:{alert.resource_id}"
        alert.name = alert.resource.name
        alert.save(update_fields=["account", "subject", "name"])


class Migration(migrations.Migration):

    dependencies = [
        ('dashboard', '0009_alarms'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='team',
            options={'ordering': ('name',), 'permissions': (('see_all_stacks', 'Can see the stacks of all teams'), ('see_money', 'Can see what things cost'))},
        ),
        migrations.RemoveConstraint(model_name='alert', name='alert_unresolved_once'),
        migrations.AddField('alert', 'account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='dashboard.account')),
        migrations.AddField('alert', 'subject', models.CharField(default='', help_text="Key of what it is about: 'resource:12', 'budget:3'.", max_length=200), preserve_default=False),
        migrations.AddField('alert', 'name', models.CharField(default='', help_text='What it is about, for people.', max_length=300), preserve_default=False),
        migrations.AddField('alert', 'page', models.CharField(blank=True, help_text='Path of the page about it; resources have theirs.', max_length=300)),
        migrations.AddField('alert', 'money', models.BooleanField(default=False, help_text='Seen by those alone who may see money.')),
        migrations.AddField('alert', 'unit', models.CharField(default='count', help_text='Of the value and the line.', max_length=16)),
        migrations.AddField('silence', 'subject', models.CharField(blank=True, editable=False, help_text='Key of what it is about alone.', max_length=200)),
        migrations.AlterField('alert', 'stack', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='dashboard.stack')),
        migrations.AlterField('alert', 'resource', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='dashboard.resource')),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField('alert', 'account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='dashboard.account')),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'resolved'), _negated=True), fields=('subject', 'metric', 'severity'), name='alert_unresolved_once'),
        ),
    ]
