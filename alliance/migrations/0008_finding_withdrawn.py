"""Findings are withdrawn: when, and a wider state. One that its member had not read is the secretariat's alone."""

from django.db import migrations, models

from portal.kernel.access import IS_HOST, forced_policy, own_tenant


def _replaced(table: str, earlier: str, condition: str) -> migrations.RunSQL:
    """Another policy of a table that has one."""
    drop = f"DROP POLICY {table}_policy ON {table}; "
    return migrations.RunSQL(drop + forced_policy(table, condition)[0], drop + forced_policy(table, earlier)[0])


_OWN = own_tenant("organisation_id")
_CONCLUDED = (
    "EXISTS (SELECT 1 FROM alliance_report r WHERE r.id = report_id AND r.state IN ('concluded', 'published'))"
)
# The finding's own policy has been applied to it already.
_OF_FINDING = "EXISTS (SELECT 1 FROM alliance_finding f WHERE f.id = finding_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0007_redraft_row_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="finding",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("carried", "Carried on"),
                    ("done", "Done"),
                    ("withdrawn", "Withdrawn"),
                    ("discarded", "Withdrawn before the member read it"),
                ],
                default="open",
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="findingentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("claim", "The member reports it done"),
                    ("carry", "Carried on to a new date"),
                    ("complete", "Recorded as done"),
                    ("reopen", "Opened again"),
                    ("edit", "Edited"),
                    ("redraft", "Edited before the member read it"),
                    ("withdraw", "Withdrawn"),
                    ("discard", "Withdrawn before the member read it"),
                ],
                max_length=8,
            ),
        ),
        _replaced(
            "alliance_finding",
            f"({IS_HOST} OR ({_OWN} AND {_CONCLUDED}))",
            f"({IS_HOST} OR ({_OWN} AND {_CONCLUDED} AND state <> 'discarded'))",
        ),
        _replaced(
            "alliance_findingentry",
            f"((kind <> 'redraft' OR {IS_HOST}) AND {_OF_FINDING})",
            f"((kind NOT IN ('redraft', 'discard') OR {IS_HOST}) AND {_OF_FINDING})",
        ),
    ]
