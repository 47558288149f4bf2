"""Puts practices and all that belongs to them behind row-level security: who reads them follows from their tokens.

Other policies and the search query `practices_groupmembership`, `practices_affiliation` as the actor: which groups they are
in and whose affiliate they are: those rows stay visible to them.
"""

from django.db import migrations

from portal.kernel.access import IS_HOST
from portal.kernel.access import forced_policy
from portal.kernel.access import own_tenant

_OWN = own_tenant("organisation_id")
_TENANT = "current_setting('portal.tenant', true)"
_OWN_PERSON = f"(person_id::text = current_setting('portal.person', true) AND {_OWN})"

# --- Which tokens of readers somebody holds: besides `practices_reader_tokens`, the other half of what a label means. As
# PL/pgSQL, which plans its queries once for a connection. public: the caller may have a search path of its own ---

_ACTOR_TOKENS = """
CREATE FUNCTION practices_actor_tokens(kind text, person text, tenant text) RETURNS text[]
  LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF kind IN ('person', 'host') THEN
    RETURN ARRAY['everybody', 'community', 'staff:' || tenant, 'person:' || person || '.' || tenant]
      || ARRAY(SELECT 'group:' || g.group_id FROM public.practices_groupmembership g
           WHERE g.ended_at IS NULL
             AND g.person_id = nullif(person, '')::bigint AND g.organisation_id = nullif(tenant, '')::bigint)
      || ARRAY(SELECT 'client:' || a.organisation_id FROM public.practices_affiliation a
           JOIN public.alliance_organisation o ON o.id = a.organisation_id
           JOIN public.alliance_organisation c ON c.id = a.affiliate_id
           WHERE a.state = 'in_force' AND a.affiliate_id = nullif(tenant, '')::bigint
             AND o.state = 'active' AND o.kind IN ('member', 'associate', 'partner')
             AND c.state = 'active' AND c.kind = 'partner');
  END IF;
  RETURN ARRAY['everybody'];
END $$
"""
# ... and the actor in this transaction
_SESSION_TOKENS = """
CREATE FUNCTION practices_session_tokens() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT public.practices_actor_tokens(current_setting('portal.kind', true), current_setting('portal.person', true),
    current_setting('portal.tenant', true))
$$
"""
# As a subselect they are looked up once for a query. Compared by the function behind the operator &&, as in
# `practices.access`: of the operator PostgreSQL expects one row in a hundred, of the function every third. No index on
# tokens would serve: the actor reads most of what there is, and `OR kind = 'system'` is there too.
_MINE = "(SELECT practices_session_tokens())"
_SOURCE = f"arrayoverlap(owner_tokens, {_MINE})"
_READERS = f"arrayoverlap(reader_tokens, {_MINE})"

# --- What belongs to something else is asked through its policy, which has been applied to it already ---


def _part_of(table: str, column: str, condition: str = "true") -> str:
    """The row that the column names may be seen, by that row's own policy, and meets the condition.

    OFFSET: looked up for each row that is asked for, and not made a list of all that may be seen.
    """
    return f"EXISTS (SELECT 1 FROM {table} p WHERE p.id = {column} AND {condition} OFFSET 0)"


def _of_practice(condition: str = "true") -> str:
    return _part_of("practices_practice", "practice_id", condition)


# What was there when its practice was opened takes one of its earlier readers besides: as `access.by_earlier_readers`
_EARLIER = f"(earlier_readers IS NULL OR arrayoverlap(earlier_readers, {_MINE}))"
_PART = f"({_EARLIER} AND {_of_practice()})"
_VERSION = _of_practice(
    f"(p.opened_version IS NULL OR p.opened_version <= number OR arrayoverlap(p.earlier_readers, {_MINE}))"
)

_OF_SOURCE = _of_practice(f"arrayoverlap(p.owner_tokens, {_MINE})")
# the secretariat shares what it moderates
_OF_SOURCE_OR_MODERATED = f"({_OF_SOURCE} OR ({IS_HOST} AND " + _of_practice("p.label IN ('clear', 'green')") + "))"
_MODERATED = f"({IS_HOST} AND " + _of_practice("p.state = 'in_moderation'") + ")"
_PROPOSED = f"({IS_HOST} AND proposed_at IS NOT NULL AND " + _of_practice("p.label IN ('clear', 'green')") + ")"
_OWNED = f"arrayoverlap(p.owner_tokens, {_MINE})"
_OF_ADOPTION = _part_of("practices_adoption", "adoption_id")
_OF_OWN_ADOPTION = _part_of("practices_adoption", "adoption_id", _OWNED)
_OF_REQUEST = _part_of("practices_request", "request_id")
_OF_OWN_REQUEST = _part_of("practices_request", "request_id", _OWNED)
_OWN_GROUPS = (
    "(SELECT g.group_id FROM practices_groupmembership g WHERE g.ended_at IS NULL"
    f" AND g.person_id::text = current_setting('portal.person', true) AND g.organisation_id::text = {_TENANT})"
)
_LED_GROUPS = _OWN_GROUPS.replace("g.ended_at", "g.leads AND g.ended_at")
_OF_SUBJECT = f"({_PART} OR {_OF_REQUEST} OR group_id IN {_OWN_GROUPS})"

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
    f"current_setting('portal.kind', true) = 'system' OR {IS_HOST} OR group_id IN (SELECT practices_groups_of_me())"
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


# --- Affiliations: each of the three writes its own steps alone. So nobody lets themselves or anybody else in, and what the
# affiliate has not confirmed never comes into force: in which order is a trigger's to check. No row is deleted ---

_SYSTEM = "current_setting('portal.kind', true) = 'system'"
_BY_ORGANISATION, _BY_AFFILIATE = _OWN, own_tenant("affiliate_id")
# an affiliate has to find that it is one, or it would not read what is AMBER
_AFFILIATION_READERS = f"({_SYSTEM} OR {IS_HOST} OR {_BY_ORGANISATION} OR {_BY_AFFILIATE})"
_AFFILIATIONS = f"""
ALTER TABLE practices_affiliation ENABLE ROW LEVEL SECURITY;
ALTER TABLE practices_affiliation FORCE ROW LEVEL SECURITY;
CREATE POLICY practices_affiliation_policy ON practices_affiliation FOR SELECT USING {_AFFILIATION_READERS};
CREATE POLICY practices_affiliation_proposal ON practices_affiliation FOR INSERT
  WITH CHECK ({_SYSTEM} OR ({_BY_ORGANISATION} AND state = 'proposed'));
CREATE POLICY practices_affiliation_step ON practices_affiliation FOR UPDATE USING {_AFFILIATION_READERS}
  WITH CHECK ({_SYSTEM}
    OR ({_BY_ORGANISATION} AND state IN ('withdrawn', 'ended'))
    OR ({_BY_AFFILIATE} AND state IN ('proposed', 'confirmed', 'declined', 'ended'))
    OR ({IS_HOST} AND state IN ('in_force', 'declined', 'ended')));
"""
_NO_AFFILIATIONS = """
DROP POLICY practices_affiliation_step ON practices_affiliation;
DROP POLICY practices_affiliation_proposal ON practices_affiliation;
DROP POLICY practices_affiliation_policy ON practices_affiliation;
ALTER TABLE practices_affiliation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE practices_affiliation DISABLE ROW LEVEL SECURITY;
"""


def _read_by(table: str, whose: str, condition: str) -> tuple[str, str]:
    """Besides the table's own policy: who reads its rows, and writes none."""
    name = f"{table}_{whose}"
    return (
        f"CREATE POLICY {name} ON {table} FOR SELECT USING ({condition});",
        f"DROP POLICY {name} ON {table};",
    )


POLICIES = (
    (_ACTOR_TOKENS, "DROP FUNCTION practices_actor_tokens;"),
    (_SESSION_TOKENS, "DROP FUNCTION practices_session_tokens;"),
    (_GROUPS_OF_ME, "DROP FUNCTION practices_groups_of_me;"),
    (_MEMBERS, _NO_MEMBERS),
    forced_policy(
        "practices_workinggroup",
        f"({IS_HOST} OR id IN (SELECT practices_groups_of_me()))",
        f"({IS_HOST} OR id IN {_LED_GROUPS})",
    ),
    (_AFFILIATIONS, _NO_AFFILIATIONS),
    forced_policy("practices_labelpolicy", _OWN),
    _read_by("practices_labelpolicy", "host", IS_HOST),
    # the secretariat moderates what is open, and moves the record on; what lets most rows through is asked first
    forced_policy(
        "practices_practice",
        f"((state IN ('shared', 'retired') AND {_READERS}) OR {_SOURCE} OR ({IS_HOST} AND state = 'in_moderation'))",
        f"({_SOURCE} OR ({IS_HOST} AND label IN ('clear', 'green')))",
    ),
    forced_policy("practices_version", _VERSION, _OF_SOURCE_OR_MODERATED),
    forced_policy("practices_author", _of_practice(), _OF_SOURCE),
    # written by the job that numbers it
    forced_policy("practices_practicechange", _PART, "false"),
    # SYSTEM writes the entry about the reader of a record; its source reads it
    forced_policy("practices_accesslog", _OF_SOURCE, "false"),
    # its source proposes and withdraws; what the secretariat decides is written as SYSTEM
    forced_policy("practices_opening", f"({_OF_SOURCE} OR ({IS_HOST} AND state = 'proposed'))", _OF_SOURCE),
    # who wrote what into a working copy its source alone knows
    forced_policy("practices_fieldhistory", _OF_SOURCE),
    forced_policy("practices_draft", f"({_OF_SOURCE} OR {_MODERATED} OR {_PROPOSED})"),
    forced_policy(
        "practices_attachment",
        f"(kind NOT IN ('held_rows', 'answers') AND {_EARLIER}"
        " AND (EXISTS (SELECT 1 FROM practices_draft d WHERE d.practice_id = practices_attachment.practice_id)"
        f" OR (shared_at IS NOT NULL AND {_of_practice()})))",
        _OF_SOURCE,
    ),
    # seen with its test set; counted and written as SYSTEM
    forced_policy(
        "practices_modelrun", f"({_EARLIER} AND {_part_of('practices_attachment', 'attachment_id')})", "false"
    ),
    # its writer and the source write it; the secretariat shares or declines what is open
    forced_policy(
        "practices_translation",
        f"({_PART} AND (state = 'shared' OR {_OWN_PERSON} OR {_OF_SOURCE}"
        f" OR ({IS_HOST} AND accepted_at IS NOT NULL AND " + _of_practice("p.label IN ('clear', 'green')") + ")))",
        f"(({_OWN_PERSON} AND {_of_practice()}) OR {_OF_SOURCE_OR_MODERATED})",
    ),
    forced_policy(
        "practices_relation",
        f"({_PART} AND {_part_of('practices_practice', 'target_id')})",
        f"({_OF_SOURCE} AND {_part_of('practices_practice', 'target_id')})",
    ),
    forced_policy("practices_adoption", f"({_SOURCE} OR ({_READERS} AND {_PART}))", _SOURCE),
    forced_policy("practices_adoptionstep", _OF_ADOPTION, _OF_OWN_ADOPTION),
    forced_policy("practices_adoptionresult", _OF_ADOPTION, _OF_OWN_ADOPTION),
    forced_policy("practices_request", _READERS, _SOURCE),
    # who wrote what into a request, those alone know whose it is
    forced_policy("practices_requesthistory", _OF_OWN_REQUEST),
    forced_policy("practices_offer", _OF_REQUEST, f"({_OWN_PERSON} AND {_OF_REQUEST})"),
    # who removes or accepts what others wrote, marks it as SYSTEM
    forced_policy("practices_post", _OF_SUBJECT, f"({_OWN_PERSON} AND {_OF_SUBJECT})"),
    forced_policy(
        "practices_reaction",
        f"({_of_practice()} AND ({_EARLIER} OR {_OWN_PERSON}))",
        f"({_OWN_PERSON} AND {_of_practice()})",
    ),
    forced_policy("practices_follow", _OWN_PERSON),
    forced_policy("practices_savedsearch", _OWN_PERSON),
    forced_policy("practices_feedaddress", _OWN_PERSON),
    forced_policy("practices_practiceimport", _OWN_PERSON),
    forced_policy("practices_importedfile", _part_of("practices_practiceimport", "upload_id")),
    # the person who asked for an archive must see all its entries, even of practices that they see no more
    forced_policy("practices_archiveentry", _OWN_PERSON),
)


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_initial")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
