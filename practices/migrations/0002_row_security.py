"""Puts practices, their working copies, versions and openings behind row-level security."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy, own_tenant

_OWN = own_tenant("organisation_id")
# a person as who they are in one organisation, as `access.named` writes it
_ME = "(current_setting('portal.person', true) || '.' || current_setting('portal.tenant', true))"
_A_PERSON = "current_setting('portal.kind', true) IN ('person', 'host')"
_AUTHOR = f"({_A_PERSON} AND {_ME} = ANY(author_people))"
_SOURCE = f"({_AUTHOR} OR (label <> 'red' AND {_OWN}))"
_MODERATION = f"({HOST} AND state = 'in_moderation')"
_GROUPS = (
    "EXISTS (SELECT 1 FROM practices_groupmembership g WHERE g.ended_at IS NULL AND g.group_id = ANY(reader_groups)"
    " AND g.person_id::text = current_setting('portal.person', true)"
    " AND g.organisation_id::text = current_setting('portal.tenant', true))"
)
_NAMED = f"({_ME} = ANY(reader_people) OR {_GROUPS})"
_STAFF = "current_setting('portal.tenant', true) = ANY(reader_organisations::text[])"
_CLIENTS = (
    "EXISTS (SELECT 1 FROM practices_affiliation a JOIN alliance_organisation o ON o.id = a.organisation_id"
    " WHERE o.state = 'active' AND a.organisation_id = ANY(reader_organisations)"
    " AND a.affiliate_id::text = current_setting('portal.tenant', true))"
)
_RELEASED = (
    "(state IN ('shared', 'retired') AND (label = 'clear'"
    f" OR ({_A_PERSON} AND (label = 'green'"
    f" OR (label = 'amber' AND ({_STAFF} OR {_NAMED} OR {_CLIENTS}))"
    f" OR (label = 'amber_strict' AND ({_STAFF} OR {_NAMED}))"
    f" OR (label = 'red' AND {_NAMED})))))"
)


def _of_practice(condition: str) -> str:
    """The practice of the row meets the condition; its own policy has been applied to it already."""
    return f"EXISTS (SELECT 1 FROM practices_practice WHERE practices_practice.id = practice_id AND {condition})"


POLICIES = (
    # the secretariat moderates what is open, and moves the record on; what lets most rows through is asked first
    forced_policy(
        "practices_practice",
        f"({_RELEASED} OR {_SOURCE} OR {_MODERATION})",
        f"({_SOURCE} OR ({HOST} AND label IN ('clear', 'green')))",
    ),
    forced_policy("practices_draft", _of_practice(f"({_SOURCE} OR {_MODERATION})"), _of_practice(_SOURCE)),
    forced_policy("practices_version", _of_practice("true")),
    forced_policy("practices_author", _of_practice("true")),
    # whoever opens a record writes the line; its source reads it
    forced_policy("practices_opening", _of_practice(_SOURCE), _of_practice("true")),
)


class Migration(migrations.Migration):
    dependencies = [("practices", "0001_initial")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
