"""Publications of pledges: a revision, its end, what the secretariat decides of its targets."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.enums import PledgeState, Side, TargetState
from alliance.models import Commitment, Pledge
from alliance.queries.public.record import latest_revision
from alliance.queries.published_states import (
    correctable_part,
)
from alliance.services.charter_publication_content import in_languages
from alliance.services.publications import names_in_languages, record_publication, statement_text
from alliance.validators.corrections import numbered_corrections, targets_in
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import Texts, plain_decimal

Target = Mapping[str, Any]
_TARGET_FIELDS = ("text", "due_on", "indicator", "value")

_SENTENCES = {
    PledgeState.PUBLISHED: _("%(name)s pledges: %(what)s"),
    PledgeState.FULFILLED: _("%(name)s has fulfilled its pledge: %(what)s"),
    PledgeState.WITHDRAWN: _("%(name)s withdraws its pledge: %(what)s"),
}
_CORRECTION_SENTENCE = _("%(name)s: the secretariat changes what it decided of a target: %(what)s")
_DECISION_SENTENCES = {
    TargetState.KEPT: _("%(name)s has kept a target of its pledge: %(what)s"),
    TargetState.MISSED: _("%(name)s has missed a target of its pledge: %(what)s"),
    TargetState.LATE: _("%(name)s has not shown that it reached a target of its pledge: %(what)s"),
}


def record_pledge_publication(
    actor: Actor, pledge: Pledge, commitment: Commitment | None, *, sentence: str | Promise = ""
) -> Publication:
    """A pledge's revision, fulfilment or withdrawal, with the commitment that it is to; None beyond the charter.

    `sentence` is its title where it is another than that of its state.
    """
    charter = commitment.charter if commitment else None
    last = _last_document(pledge)
    document = {
        "organisation": names_in_languages(pledge.organisation),
        "record": str(pledge.record),
        "pledge_revision": pledge.revision,
        "state": pledge.state,
        "charter": {"key": charter.key, "version": charter.version} if charter else None,
        "commitment": pledge.commitment_key,
        "title": pledge.title,
        "text": pledge.text,
        "language": pledge.language,
        "services": [{"slug": row.slug, "name": in_languages(row, "name")} for row in pledge.services.all()],
        "measures": list(pledge.measure_keys),
        "targets": decided_as_before(_targets_of(pledge), last.get("targets", ())),
        "signatory": {"name": pledge.signatory_name, "office": pledge.signatory_office},
        "signed_at": pledge.signed_at.isoformat() if pledge.signed_at else None,
        "reason": pledge.ended_reason,
    }
    # the corrections of this revision of the pledge stay with it when it ends; those of the one before do not
    if last.get("pledge_revision") == pledge.revision and "corrections" in last:
        document["corrections"] = last["corrections"]
    return _record(actor, pledge, commitment, document, sentence or _SENTENCES[PledgeState(pledge.state)])


def record_target_decision(
    actor: Actor,
    pledge: Pledge,
    commitment: Commitment | None,
    number: int,
    decision: Mapping[str, Any],
    *,
    finder: str = "",
) -> Publication:
    """The next revision of the pledge's record, with the decision in its target `number`, from 1.

    `finder`: of a decision in the place of an earlier one; the revision is a correction then, by the secretariat alone.
    """
    last = _last_document(pledge)
    targets = [
        {**target, "decision": decision} if place == number else target
        for place, target in enumerate(last["targets"], 1)
    ]
    document = {**last, "targets": targets}
    if finder:
        entry = _decision_correction(pledge, document, last, number, finder)
        document["corrections"] = [*last.get("corrections", ()), entry]
        return _record(actor, pledge, commitment, document, _CORRECTION_SENTENCE)
    sentence = _DECISION_SENTENCES[TargetState(decision["state"])]
    return _record(actor, pledge, commitment, document, sentence)


def _decision_correction(
    pledge: Pledge, document: Mapping[str, Any], last: Mapping[str, Any], number: int, finder: str
) -> dict[str, Any]:
    """What the document says of a changed decision, in the form of every correction; nobody was asked to agree."""
    revision = latest_revision("pledge", str(pledge.record))
    assert revision is not None, "it has a decision"
    place, new = list(targets_in(document).items())[number - 1]
    return {
        "revision": revision.revision + 1,
        "publication": None,
        "of_publication": revision.number,
        "reason": new["decision"]["reason"],
        "finder": finder,
        "proposed": {"side": Side.SECRETARIAT.value, "at": clock.now().isoformat()},
        "answer": None,
        "decision": "",
        "second_reviewer": False,
        "items": [
            {
                **place.to_document(),
                "withheld": False,
                "old": correctable_part(place, last["targets"][number - 1]),
                "new": correctable_part(place, new),
            }
        ],
        "totals": [],
    }


def _record(
    actor: Actor, pledge: Pledge, commitment: Commitment | None, document: dict[str, Any], sentence: Any
) -> Publication:
    what: Texts | str = (
        in_languages(commitment, "title") if commitment else pledge.title or pledge.commitment_key
    )
    title = statement_text(sentence, name=in_languages(pledge.organisation, "name"), what=what)
    return record_publication(
        actor, "pledge", str(pledge.record), document, title=title, languages=[pledge.language]
    )


def _last_document(pledge: Pledge) -> dict[str, Any]:
    """What is published of the pledge last, its corrections numbered; empty before its first publication."""
    last = latest_revision("pledge", str(pledge.record))
    if last is None:
        return {}
    document = read_publication(last)
    if "corrections" not in document:
        return dict(document)
    return {**document, "corrections": numbered_corrections(document, last.number)}


def _targets_of(pledge: Pledge) -> list[dict[str, Any]]:
    return [
        {
            "text": target.text,
            "due_on": target.due_on.isoformat() if target.due_on else None,
            "indicator": target.indicator_key,
            "value": plain_decimal(target.value),
        }
        for target in pledge.targets.all()
    ]


def decided_as_before(targets: Sequence[Target], earlier: Sequence[Target]) -> list[dict[str, Any]]:
    """The targets with the decisions that were published of the same ones: a new revision does not undo them."""
    decisions = {_content(target): target["decision"] for target in earlier}
    return [{**target, "decision": decisions.get(_content(target))} for target in targets]


def _content(target: Target) -> tuple[Any, ...]:
    return tuple(target[name] for name in _TARGET_FIELDS)
