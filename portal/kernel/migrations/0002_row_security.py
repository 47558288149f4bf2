"""Puts answers that are given again, and notes on files, behind row-level security."""

from django.db import migrations

from portal.kernel.access import IS_HOST
from portal.kernel.access import forced_policy
from portal.kernel.access import own_tenant

POLICIES = (
    # each belongs to the person who requested it, in the tenant they acted for
    forced_policy(
        "portal_idempotencykey", f"({own_tenant()} AND person_id::text = current_setting('portal.person', true))"
    ),
    # those who decide on files read it, SYSTEM writes it
    forced_policy("portal_casenote", IS_HOST, "false"),
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
