"""Puts changes of addresses and the secretariat's decisions on accounts behind row-level security."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy

_ME = "person_id::text = current_setting('portal.person', true)"

POLICIES = (
    forced_policy("alliance_emailchange", f"({_ME} OR {HOST})"),
    forced_policy("alliance_accountdecision", HOST),
)


class Migration(migrations.Migration):
    dependencies = [("alliance", "0020_accounts")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
