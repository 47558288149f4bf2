"""Adds to a proposed version the label that is asked for with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0006_public_record")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="proposed_label",
            field=models.CharField(
                blank=True,
                choices=[
                    ("clear", "TLP:CLEAR"),
                    ("green", "TLP:GREEN"),
                    ("amber", "TLP:AMBER"),
                    ("amber_strict", "TLP:AMBER+STRICT"),
                    ("red", "TLP:RED"),
                ],
                default="",
                max_length=12,
            ),
        ),
    ]
