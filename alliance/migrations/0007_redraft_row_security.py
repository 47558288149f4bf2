"""What a finding said before its member read it is the secretariat's alone, in row-level security too."""

from django.db import migrations

from portal.kernel.access import IS_HOST, forced_policy

_TABLE = "alliance_findingentry"
# The finding's own policy has been applied to it already.
_OF_FINDING = "EXISTS (SELECT 1 FROM alliance_finding f WHERE f.id = finding_id)"
_DROP = f"DROP POLICY {_TABLE}_policy ON {_TABLE}; "
_EARLIER = forced_policy(_TABLE, _OF_FINDING)[0]
_POLICY = forced_policy(_TABLE, f"((kind <> 'redraft' OR {IS_HOST}) AND {_OF_FINDING})")[0]


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0006_finding_edited"),
    ]

    operations = [migrations.RunSQL(_DROP + _POLICY, _DROP + _EARLIER)]
