"""An index of the few figures that are estimated or have bounds, for what changed between two cycles."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("alliance", "0002_row_security"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="publishedfigure",
            index=models.Index(
                condition=models.Q(
                    models.Q(("estimate", True), ("lower__isnull", False), _connector="OR"), ("cell", "")
                ),
                fields=["cycle", "indicator_key"],
                include=("organisation", "service", "lower", "upper", "estimate", "valid_from", "valid_to"),
                name="figure_estimated",
            ),
        ),
    ]
