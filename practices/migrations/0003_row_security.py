"""Puts practices and all that hangs on them behind row-level security: who reads them follows from their TLP label.

Other policies and the search ask `practices_groupmembership`, `practices_affiliation` as whoever acts which groups they are
in and whose affiliate they are: those rows stay visible to them.
"""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy, own_tenant

_OWN = own_tenant("organisation_id")
_TENANT = "current_setting('portal.tenant', true)"
_OWN_PERSON = f"(person_id::text = current_setting('portal.person', true) AND {_OWN})"
_A_PERSON = "current_setting('portal.kind', true) IN ('person', 'host')"
# a person as who they are in one organisation, as `access.named` writes it
_ME = f"(current_setting('portal.person', true) || '.' || {_TENANT})"

# --- Whom a label lets read. Each label is a set of readers of its own, as in `practices.access` ---

_AUTHOR = f"({_A_PERSON} AND {_ME} = ANY(author_people))"
_SOURCE = f"({_AUTHOR} OR (label <> 'red' AND {_OWN}))"
_GROUPS = (
    "EXISTS (SELECT 1 FROM practices_groupmembership g WHERE g.ended_at IS NULL AND g.group_id = ANY(reader_groups)"
    " AND g.person_id::text = current_setting('portal.person', true)"
    f" AND g.organisation_id::text = {_TENANT})"
)
_NAMED = f"({_ME} = ANY(reader_people) OR {_GROUPS})"
_STAFF = f"{_TENANT} = ANY(reader_organisations::text[])"
_CLIENTS = (
    "EXISTS (SELECT 1 FROM practices_affiliation a JOIN alliance_organisation o ON o.id = a.organisation_id"
    " WHERE o.state = 'active' AND a.organisation_id = ANY(reader_organisations)"
    f" AND a.affiliate_id::text = {_TENANT})"
)
_READERS = (
    f"(label = 'clear' OR ({_A_PERSON} AND (label = 'green'"
    f" OR (label = 'amber' AND ({_STAFF} OR {_NAMED} OR {_CLIENTS}))"
    f" OR (label = 'amber_strict' AND ({_STAFF} OR {_NAMED}))"
    f" OR (label = 'red' AND {_NAMED}))))"
)

# --- What belongs to something else is asked through its policy, which has been applied to it already ---


def _part_of(table: str, column: str, condition: str = "true") -> str:
    """The row that the column names may be seen, by that row's own policy, and meets the condition."""
    return f"EXISTS (SELECT 1 FROM {table} p WHERE p.id = {column} AND {condition})"


def _of_practice(condition: str = "true") -> str:
    return _part_of("practices_practice", "practice_id", condition)


_OF_SOURCE = f"({_A_PERSON} AND " + _of_practice(
    f"({_ME} = ANY(p.author_people) OR (p.label <> 'red' AND p.organisation_id::text = {_TENANT}))"
) + ")"
_MODERATED = f"({HOST} AND " + _of_practice("p.state = 'in_moderation'") + ")"
_PROPOSED = f"({HOST} AND proposed_at IS NOT NULL AND " + _of_practice("p.label IN ('clear', 'green')") + ")"
_OF_ADOPTION = _part_of("practices_adoption", "adoption_id")
_OF_REQUEST = _part_of("practices_request", "request_id")
_OWN_GROUPS = (
    "(SELECT g.group_id FROM practices_groupmembership g WHERE g.ended_at IS NULL"
    f" AND g.person_id::text = current_setting('portal.person', true) AND g.organisation_id::text = {_TENANT})"
)

# --- Who is in which group. A policy of memberships that read memberships would ask itself without end; this function of
# the owner does not, because the owner is not bound by it: hence ENABLE and not FORCE for that table. The application's
# role is bound ---

_MY_MEMBERSHIP = f"(ended_at IS NULL AND {_OWN_PERSON})"
_GROUPS_OF_ME = f"""
CREATE FUNCTION practices_groups_of_me() RETURNS SETOF bigint LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT group_id FROM practices_groupmembership WHERE {_MY_MEMBERSHIP}
$$
"""
# Nobody writes themselves into a group: that is for those who are in it already.
_INSIDE = (
    f"current_setting('portal.kind', true) = 'system' OR {HOST} OR group_id IN (SELECT practices_groups_of_me())"
)
_MEMBERS = f"""
ALTER TABLE practices_groupmembership ENABLE ROW LEVEL SECURITY;
CREATE POLICY practices_groupmembership_policy ON practices_groupmembership
  USING ({_MY_MEMBERSHIP} OR {_INSIDE}) WITH CHECK ({_INSIDE});
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
    # the secretariat moderates what is open, and moves the record on; what lets most rows through is asked first
    forced_policy(
        "practices_practice",
        f"((state IN ('shared', 'retired') AND {_READERS}) OR {_SOURCE} OR ({HOST} AND state = 'in_moderation'))",
        f"({_SOURCE} OR ({HOST} AND label IN ('clear', 'green')))",
    ),
    forced_policy("practices_version", _of_practice()),
    forced_policy("practices_author", _of_practice()),
    # whoever opens a record writes the line; its source reads it
    forced_policy("practices_opening", _OF_SOURCE, _of_practice()),
    forced_policy("practices_draft", f"({_OF_SOURCE} OR {_MODERATED} OR {_PROPOSED})"),
    forced_policy(
        "practices_attachment",
        "(EXISTS (SELECT 1 FROM practices_draft d WHERE d.practice_id = practices_attachment.practice_id)"
        f" OR (shared_at IS NOT NULL AND {_of_practice()}))",
        _OF_SOURCE,
    ),
    forced_policy("practices_relation", f"({_of_practice()} AND {_part_of('practices_practice', 'target_id')})"),
    forced_policy("practices_adoption", f"({_SOURCE} OR ({_READERS} AND {_of_practice()}))", _SOURCE),
    forced_policy("practices_adoptionstep", _OF_ADOPTION),
    forced_policy("practices_adoptionresult", _OF_ADOPTION),
    forced_policy("practices_request", f"({_SOURCE} OR {_READERS})"),
    forced_policy("practices_offer", _OF_REQUEST),
    forced_policy("practices_post", f"(({_of_practice()}) OR {_OF_REQUEST} OR group_id IN {_OWN_GROUPS})"),
    forced_policy("practices_reaction", _of_practice()),
    forced_policy("practices_follow", _OWN_PERSON),
    forced_policy("practices_savedsearch", _OWN_PERSON),
    forced_policy("practices_practiceimport", _OWN_PERSON),
    forced_policy("practices_importedfile", _part_of("practices_practiceimport", "upload_id")),
    # whoever asked for an archive must see every line of it, whatever they see of the practices by now
    forced_policy("practices_archiveentry", _OWN_PERSON),
)


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_initial")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
