"""Puts working groups, who is in them, affiliates and the labels in use behind row-level security.

Other policies and the search ask these tables as whoever acts which groups they are in and whose affiliate they are:
those rows stay visible to them.
"""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy, own_tenant

_OWN = own_tenant("organisation_id")
_ME = f"(ended_at IS NULL AND person_id::text = current_setting('portal.person', true) AND {_OWN})"

# A policy of memberships that read memberships would ask itself without end; this function of the owner does not,
# because the owner is not bound by it: hence ENABLE and not FORCE for that table. The application's role is bound.
_GROUPS_OF_ME = f"""
CREATE FUNCTION practices_groups_of_me() RETURNS SETOF bigint LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT group_id FROM practices_groupmembership WHERE {_ME}
$$
"""
# Nobody writes themselves into a group: that is for those who are in it already.
_INSIDE = (
    f"current_setting('portal.kind', true) = 'system' OR {HOST} OR group_id IN (SELECT practices_groups_of_me())"
)
_MEMBERS = f"""
ALTER TABLE practices_groupmembership ENABLE ROW LEVEL SECURITY;
CREATE POLICY practices_groupmembership_policy ON practices_groupmembership
  USING ({_ME} OR {_INSIDE}) WITH CHECK ({_INSIDE});
"""
_NO_MEMBERS = """
DROP POLICY practices_groupmembership_policy ON practices_groupmembership;
ALTER TABLE practices_groupmembership DISABLE ROW LEVEL SECURITY;
"""


def _read_by(table: str, whose: str, condition: str) -> tuple[str, str]:
    """Beside the table's own policy: who reads its rows, and writes none."""
    name = f"{table}_{whose}"
    return (
        f"CREATE POLICY {name} ON {table} FOR SELECT USING ({condition});",
        f"DROP POLICY {name} ON {table};",
    )


POLICIES = (
    (_GROUPS_OF_ME, "DROP FUNCTION practices_groups_of_me;"),
    (_MEMBERS, _NO_MEMBERS),
    forced_policy("practices_workinggroup", f"({HOST} OR id IN (SELECT practices_groups_of_me()))"),
    forced_policy("practices_affiliation", _OWN),
    # an affiliate has to find that it is one, or it would not read what is AMBER
    _read_by("practices_affiliation", "affiliate", f"{HOST} OR {own_tenant('affiliate_id')}"),
    forced_policy("practices_labelpolicy", _OWN),
    _read_by("practices_labelpolicy", "host", HOST),
)


class Migration(migrations.Migration):
    dependencies = [("practices", "0008_talk")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
