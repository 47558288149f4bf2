"""Whose events a webhook is notified of: a column that may be left out."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_search_latest")]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="subjects",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
    ]
