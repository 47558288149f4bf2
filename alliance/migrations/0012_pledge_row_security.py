"""Puts pledges behind row-level security too: a draft is a working copy, its organisation's alone."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy, own_tenant

_PLEDGE = f"({own_tenant('organisation_id')} OR ({HOST} AND state <> 'draft'))"
# the pledge's own policy has been applied to it already
_OF_PLEDGE = "EXISTS (SELECT 1 FROM alliance_pledge p WHERE p.id = pledge_id)"

POLICIES = (
    forced_policy("alliance_pledge", _PLEDGE),
    forced_policy("alliance_target", _OF_PLEDGE),
    forced_policy("alliance_pledge_services", _OF_PLEDGE),
)


class Migration(migrations.Migration):
    dependencies = [("alliance", "0011_site_is_example")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
