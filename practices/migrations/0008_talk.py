"""Gives posts and offers addresses that count nothing, and removed posts a reason."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0007_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="post",
            name="removed_reason",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.AddField(
            model_name="offer",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
