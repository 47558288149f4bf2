"""Indexes of one indicator of some members in some cycles; those of the same columns without the cycle go."""

from django.db import migrations, models

from portal.kernel.database.indexes import AddIndexBeside

_FIELDS = ["indicator_key", "cell", "organisation", "cycle"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("alliance", "0012_exemptions_and_earlier_replies"),
    ]

    operations = [
        AddIndexBeside(
            model_name="publishedfigure",
            index=models.Index(
                condition=models.Q(("valid_to__isnull", True)),
                fields=_FIELDS,
                include=("service",),
                name="figure_in_cycles",
            ),
        ),
        AddIndexBeside(
            model_name="publishedtotal",
            index=models.Index(
                condition=models.Q(("valid_to__isnull", True)),
                fields=_FIELDS,
                name="total_in_cycles",
            ),
        ),
        migrations.RemoveIndex("publishedfigure", "figure_by_indicator"),
        migrations.RemoveIndex("publishedtotal", "total_by_indicator"),
    ]
