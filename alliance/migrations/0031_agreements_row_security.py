"""Walls off who has agreed to what, and what visitors write: a person's own, and nobody's until it is sent."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy

_OWN = "person_id::text = current_setting('portal.person', true)"

POLICIES = (
    forced_policy("alliance_agreement", f"({_OWN} OR {HOST})", _OWN),
    forced_policy("alliance_contactmessage", "false"),
)


class Migration(migrations.Migration):
    dependencies = [("alliance", "0030_site_settings")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
