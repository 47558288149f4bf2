"""Puts kept answers behind row-level security: each is for whoever asked, in the tenant that they asked for."""

from django.db import migrations

from portal.kernel.row_security import forced_policy, own_tenant

_ASKED = f"({own_tenant()} AND person_id::text = current_setting('portal.person', true))"
_FORWARDS, _BACKWARDS = forced_policy("portal_keptanswer", _ASKED)


class Migration(migrations.Migration):
    dependencies = [("portal", "0007_kept_answers")]

    operations = [migrations.RunSQL(_FORWARDS, _BACKWARDS)]
