"""Puts what is said of files behind row-level security: those who decide on them read it, SYSTEM writes it."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy


class Migration(migrations.Migration):
    dependencies = [("portal", "0009_file_cases")]

    operations = [migrations.RunSQL(*forced_policy("portal_casenote", HOST, "false"))]
