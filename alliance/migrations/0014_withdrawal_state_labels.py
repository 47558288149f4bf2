"""A withdrawal that took effect is called withdrawn, not published; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alliance", "0013_figures_in_cycles")]

    operations = [
        migrations.AlterField(
            model_name="withdrawal",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "Waiting for a second person"),
                    ("published", "Withdrawn"),
                    ("refused", "Refused"),
                    ("taken_back", "Taken back"),
                    ("undone", "Published again"),
                ],
                default="asked",
                max_length=10,
            ),
        )
    ]
