"""Documents say which stored files were read for them, so that they go where those go."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0014_how_work_came_out")]

    operations = [
        migrations.AddField(
            "document", "carried", ArrayField(models.CharField(max_length=64), default=list)
        ),
    ]
