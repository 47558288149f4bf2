"""The verdict that the settlement of a second reading has left."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("alliance", "0003_figure_estimated"),
    ]

    operations = [
        migrations.AddField(
            model_name="secondopinion",
            name="upheld_value",
            field=models.CharField(
                choices=[
                    ("no_evidence", "No evidence"),
                    ("not_started", "Not started"),
                    ("limited", "Limited"),
                    ("substantial", "Substantial"),
                    ("complete", "Complete"),
                    ("not_due", "Not due"),
                ],
                max_length=13,
                null=True,
            ),
        ),
    ]
