"""Puts the confirmations of four eyes behind row-level security, as all of the working copy."""

from django.db import migrations

from portal.kernel.row_security import forced_policy, own_tenant

_FORWARDS, _BACKWARDS = forced_policy("alliance_measureconfirmation", own_tenant("organisation_id"))


class Migration(migrations.Migration):
    dependencies = [("alliance", "0006_four_eyes")]

    operations = [migrations.RunSQL(_FORWARDS, _BACKWARDS)]
