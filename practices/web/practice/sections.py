"""The contexts of the sections of a practice's page, one function for each."""

from typing import Any

from alliance.queries.local_dates import today
from alliance.queries.pledges import own_organisation
from alliance.web.area import area_of
from practices.queries.access_log import access_person_count
from practices.queries.adoptions import may_record, own_uses_of, uses_of
from practices.queries.named_readers import is_source, named_readers
from practices.queries.reactions import reactions_to
from practices.queries.relations import related_practices
from practices.queries.results import compare, named_effects
from practices.queries.thanks import with_thanks
from practices.queries.translations import behind_working_copy, languages_to_offer, translations_of
from practices.services.adoptions import adoption_blocking_reason
from practices.web.collaboration.following import follow_button
from practices.web.practice.page import PracticePage
from practices.web.practice.results_panel import in_reader_words
from practices.web.practice.steps import steps_for
from practices.workflows import PRACTICE

MAX_ROWS = 10  # uses on the page itself; a page of their own has all of them


def no_context(page: PracticePage) -> dict[str, Any]:
    """For a section that needs no more than the reading."""
    del page
    return {}


def status_section(page: PracticePage) -> dict[str, Any]:
    """Whose it is, how many have opened it (for the source alone), and whether something new waits."""
    actor, practice, draft = page.actor, page.practice, page.draft
    is_own = is_source(actor, practice)
    return {
        "is_source": is_own,
        "co_authors": [
            row for row in practice.authors.all() if row.organisation_id != practice.organisation_id
        ],
        "opened_by": access_person_count(actor, practice) if is_own and practice.label != "clear" else None,
        "has_expired": practice.expires_on is not None and practice.expires_on < today(),
        "proposed": draft if draft is not None and draft.is_proposed else None,
        "opening": page.opening,
    }


def steps_section(page: PracticePage) -> dict[str, Any]:
    """What the reader may do with the record itself."""
    return {"steps": steps_for(page, area_of(page.actor).namespace)}


def uses_section(page: PracticePage) -> dict[str, Any]:
    """Who uses it, as far as this reader may see; nothing here counts what they may not."""
    rows = list(uses_of(page.actor, page.practice)[: MAX_ROWS + 1])
    effects = named_effects(page.latest.content) if page.latest else []
    pools = compare(rows, effects, page.actor.tenant_id, ()).pools if len(rows) <= MAX_ROWS else ()
    pools = in_reader_words(page, pools)
    return {
        "uses": with_thanks(page.actor, rows[:MAX_ROWS]),
        "more_uses": len(rows) > MAX_ROWS,
        "pool": next((pool for pool in pools if len(pool.rows) > 1), None),
    }


def own_use_section(page: PracticePage) -> dict[str, Any]:
    """What the reader's own organisation does with it, and what they may do about that."""
    actor, practice = page.actor, page.practice
    own = list(own_uses_of(actor, practice))
    may_change = may_record(actor, practice)
    why_not = adoption_blocking_reason(actor, practice, page.latest) if may_change else ""
    return {
        "own_uses": own,
        "own_organisation": own[0].organisation if own else own_organisation(actor) if may_change else None,
        "may_change_use": may_change,
        "may_adopt": may_change and not why_not,
        "adoption_blocking_reason": why_not,
    }


def following_section(page: PracticePage) -> dict[str, Any]:
    """Whether the reader follows it."""
    return {"following": follow_button(page.actor, page.practice)}


def reactions_section(page: PracticePage) -> dict[str, Any]:
    """Readers' reactions; who reacted is shown to the source alone."""
    actor, practice = page.actor, page.practice
    return {
        "reactions": reactions_to(actor, practice, with_names=is_source(actor, practice)),
        "may_react": PRACTICE.is_available(actor, practice, "react"),
    }


def translations_section(page: PracticePage) -> dict[str, Any]:
    """Into which languages it has been translated, what waits, and into which the reader may."""
    actor, practice = page.actor, page.practice
    rows = list(translations_of(actor, practice))
    return {
        "translations": rows,
        "behind_working_copy": behind_working_copy(practice, rows),
        "translatable_languages": languages_to_offer(actor, practice),
    }


def relations_section(page: PracticePage) -> dict[str, Any]:
    actor, practice = page.actor, page.practice
    return {
        "relations": related_practices(actor, practice),
        "may_relate": PRACTICE.is_available(actor, practice, "relate"),
    }


def handling_section(page: PracticePage) -> dict[str, Any]:
    """For the source everybody whom the label names; for others the label's sentence is above."""
    return {"readers": named_readers(page.actor, page.practice)}
