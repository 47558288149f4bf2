"""Who acts, what they may see and what they may do, in Python and in PostgreSQL.

Rules, visibility policies, scopes of credentials, row-level security, grants and triggers of the database. It decides
nothing itself: the apps register their rules and policies.
"""

from portal.kernel.access.actor import ANYONE, SYSTEM, Actor, ActorKind, person_of, tenant_of
from portal.kernel.access.database_grants import (
    append_only_tables,
    grant_application_role,
    never_deleted_tables,
    owner_alias,
)
from portal.kernel.access.row_security import (
    IS_HOST,
    IS_IDENTIFYING,
    IS_SIGNED_IN,
    acting_as,
    also_allowed,
    context_of,
    forced_policy,
    own_person,
    own_tenant,
    reading_as,
    set_context,
)
from portal.kernel.access.rules import RULES, Rule, allow, can, needs_step_up, require, require_step_up
from portal.kernel.access.scopes import (
    Scope,
    available_scopes,
    register_scopes,
    scope_label,
    scope_refusal,
)
from portal.kernel.access.sessions import end_sessions, session_rows
from portal.kernel.access.triggers import append_only
from portal.kernel.access.visibility import EVERYTHING, NOTHING, VisibilityPolicy, VisibleQuerySet, visible_by

__all__ = [
    "ANYONE",
    "EVERYTHING",
    "IS_HOST",
    "IS_IDENTIFYING",
    "IS_SIGNED_IN",
    "NOTHING",
    "RULES",
    "SYSTEM",
    "Actor",
    "ActorKind",
    "Rule",
    "Scope",
    "VisibilityPolicy",
    "VisibleQuerySet",
    "acting_as",
    "allow",
    "also_allowed",
    "append_only",
    "append_only_tables",
    "available_scopes",
    "can",
    "context_of",
    "end_sessions",
    "forced_policy",
    "grant_application_role",
    "needs_step_up",
    "never_deleted_tables",
    "own_person",
    "own_tenant",
    "owner_alias",
    "person_of",
    "reading_as",
    "register_scopes",
    "require",
    "require_step_up",
    "scope_label",
    "scope_refusal",
    "session_rows",
    "set_context",
    "tenant_of",
    "visible_by",
]
