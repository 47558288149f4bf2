"""Documents get addresses that nobody guesses, and say what they were built of."""

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0012_running")]

    operations = [
        # the database gives each row that is there a key of its own
        migrations.AddField(
            "document", "key", models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
        ),
        migrations.AddField("document", "about", models.CharField(max_length=300, blank=True, default="")),
    ]
