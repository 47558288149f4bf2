"""Findings are edited while their review goes on: two more kinds of entries. The table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0005_evidence_excluded'),
    ]

    operations = [
        migrations.AlterField(
            model_name='findingentry',
            name='kind',
            field=models.CharField(choices=[('claim', 'The member reports it done'), ('carry', 'Carried on to a new date'), ('complete', 'Recorded as done'), ('reopen', 'Opened again'), ('edit', 'Edited'), ('redraft', 'Edited before the member read it')], max_length=8),
        ),
    ]
