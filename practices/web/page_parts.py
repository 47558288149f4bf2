"""The contexts of the sections of a practice's page, one function for each."""

from typing import Any

from alliance.queries.clock import today
from alliance.queries.pledges import own_organisation
from alliance.web.desk import desk_of
from practices.queries.adoptions import may_record, own_uses_of, uses_of
from practices.queries.named_readers import is_source, named_readers
from practices.queries.openings import people_who_opened
from practices.queries.reactions import reactions_to
from practices.queries.relations import relatives_of
from practices.services.adoptions import why_not_used
from practices.web.following import following_of
from practices.web.shown import Shown
from practices.web.steps import steps_for
from practices.workflows import PRACTICE

SHOWN = 10  # uses on the page itself; a page of their own has all of them


def nothing(shown: Shown) -> dict[str, Any]:
    """For a section that needs no more than the reading."""
    del shown
    return {}


def standing(shown: Shown) -> dict[str, Any]:
    """Whose it is, how many have opened it (for the source alone), and whether something new waits."""
    actor, practice, draft = shown.actor, shown.practice, shown.draft
    mine = is_source(actor, practice)
    return {
        "is_source": mine,
        "co_authors": [
            row for row in practice.authors.all() if row.organisation_id != practice.organisation_id
        ],
        "opened_by": people_who_opened(actor, practice) if mine and practice.label != "clear" else None,
        "has_expired": practice.expires_on is not None and practice.expires_on < today(),
        "proposed": draft if draft is not None and draft.is_proposed else None,
    }


def steps(shown: Shown) -> dict[str, Any]:
    """What the reader may do with the record itself."""
    return {"steps": steps_for(shown, desk_of(shown.actor).namespace)}


def uses(shown: Shown) -> dict[str, Any]:
    """Who uses it, as far as this reader may see; nothing here counts what they may not."""
    rows = list(uses_of(shown.actor, shown.practice)[: SHOWN + 1])
    return {"uses": rows[:SHOWN], "more_uses": len(rows) > SHOWN}


def own_use(shown: Shown) -> dict[str, Any]:
    """What the reader's own organisation does with it, and what they may do about that."""
    actor, practice = shown.actor, shown.practice
    own = list(own_uses_of(actor, practice))
    may_change = may_record(actor, practice)
    why_not = why_not_used(actor, practice, shown.latest) if may_change else ""
    return {
        "own_uses": own,
        "own_organisation": own[0].organisation if own else own_organisation(actor) if may_change else None,
        "may_change_use": may_change,
        "may_adopt": may_change and not why_not,
        "why_not_used": why_not,
    }


def following(shown: Shown) -> dict[str, Any]:
    """Whether the reader follows it."""
    return {"following": following_of(shown.actor, shown.practice)}


def reactions(shown: Shown) -> dict[str, Any]:
    """What readers say in one word; who said it is for the source to know."""
    actor, practice = shown.actor, shown.practice
    return {
        "reactions": reactions_to(actor, practice, with_names=is_source(actor, practice)),
        "may_react": PRACTICE.is_available(actor, practice, "react"),
    }


def family(shown: Shown) -> dict[str, Any]:
    actor, practice = shown.actor, shown.practice
    return {
        "relatives": relatives_of(actor, practice),
        "may_relate": PRACTICE.is_available(actor, practice, "relate"),
    }


def handling(shown: Shown) -> dict[str, Any]:
    """For the source everybody whom the label names; for others the label's sentence stands above."""
    return {"readers": named_readers(shown.actor, shown.practice)}
