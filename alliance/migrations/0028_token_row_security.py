"""Puts tokens behind row-level security: an organisation's for itself and for the secretariat."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy, own_tenant

_FORWARDS, _BACKWARDS = forced_policy("alliance_apitoken", f"({own_tenant('organisation_id')} OR {HOST})")


class Migration(migrations.Migration):
    dependencies = [("alliance", "0027_api_tokens")]

    operations = [migrations.RunSQL(_FORWARDS, _BACKWARDS)]
