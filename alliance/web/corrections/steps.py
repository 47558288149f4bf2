"""The steps of a correction, each after a page that says what it does: propose, answer, consent, decide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.enums import CorrectionState, CorrectionSubject, ReportState
from alliance.models import Correction
from alliance.queries.absences import members_unable_to_sign
from alliance.queries.correction_answers import answer_day, unanswerable_among
from alliance.queries.correction_consent import consent_refusal
from alliance.queries.correction_refusals import refusal_of, step_blocking_reason
from alliance.queries.corrections import (
    check_refusal,
    notes_on_correction,
)
from alliance.queries.local_dates import today
from alliance.queries.published_states import (
    published_state,
)
from alliance.queries.replies import withdrawn_replies
from alliance.queries.reply_days import reply_day_from_today
from alliance.services import corrections as services
from alliance.services.correction_checks import unready_draft_refusal
from alliance.services.correction_publication import publish_correction
from alliance.services.verdict_checks import uphold_verdicts
from alliance.validators.corrections import CorrectionPlace
from alliance.web.area import area_of
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.corrections.facts import CorrectionFacts, get_correction, words_for
from alliance.web.corrections.pages import area_nav
from alliance.web.forms.corrections import CorrectionNoteForm, DecisionReasonForm, OptionalReasonForm
from alliance.web.forms.reasons import EmptyForm, PublicReasonInLanguagesForm, ReasonForm
from alliance.web.forms.renewable import SeenVersionForm
from alliance.workflows import CORRECTION
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: what it is called on its page, what its button says, what is said afterwards, and how it is done."""

    heading: str | Promise
    label: str | Promise
    message: str | Promise
    act: Callable[..., object]
    form: type[forms.Form] = EmptyForm
    kind: str = "primary"


STEPS: Mapping[str, StepPage] = {
    "propose": StepPage(
        gettext_lazy("Propose the correction"), gettext_lazy("Propose"),
        gettext_lazy("The correction is proposed. The other side is notified."), services.propose_correction,
        SeenVersionForm,
    ),
    "agree": StepPage(
        gettext_lazy("Agree to the correction"), gettext_lazy("Agree"),
        gettext_lazy("You have agreed. The secretariat publishes it."), services.agree_to_correction,
    ),
    "object": StepPage(
        gettext_lazy("Object to the correction"), gettext_lazy("Object"),
        gettext_lazy("You have objected. The secretariat decides."), services.object_to_correction,
        ReasonForm, "danger",
    ),
    "consent": StepPage(
        gettext_lazy("Consent as second reviewer"), gettext_lazy("Consent"),
        gettext_lazy("You have consented to the verdict."), services.consent_to_correction,
    ),
    "publish": StepPage(
        gettext_lazy("Publish the correction"), gettext_lazy("Publish"),
        gettext_lazy("The correction is public."), publish_correction, OptionalReasonForm,
    ),
    "drop": StepPage(
        gettext_lazy("Drop the correction"), gettext_lazy("Drop"),
        gettext_lazy("The correction is dropped: what is published stands."), services.drop_correction, ReasonForm,
        "danger",
    ),
    "uphold_verdicts": StepPage(
        gettext_lazy("The verdicts stay"), gettext_lazy("Publish that they stay"),
        gettext_lazy("It is public that the verdicts stay."), uphold_verdicts, PublicReasonInLanguagesForm,
    ),
    "withdraw": StepPage(
        gettext_lazy("Withdraw the correction"), gettext_lazy("Withdraw"),
        gettext_lazy("The correction is withdrawn."), services.withdraw_correction, EmptyForm, "danger",
    ),
    "discard": StepPage(
        gettext_lazy("Discard the draft"), gettext_lazy("Discard"),
        gettext_lazy("The draft is deleted."), services.discard_correction, SeenVersionForm, "danger",
    ),
    "add_note": StepPage(
        gettext_lazy("Add a note"), gettext_lazy("Send the note"),
        gettext_lazy("The note is added; both sides read it."), services.add_correction_note, CorrectionNoteForm,
    ),
}  # fmt: skip

# whoever takes them reads what becomes public
_TOWARDS_PUBLICATION = ("propose", "agree", "object", "consent", "publish")


def correction_step(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Confirmation page before a step of a correction: what it does, and what becomes public."""
    page = STEPS.get(step)
    if page is None:
        raise Http404
    correction = get_correction(request, pk)
    area = area_of(request.actor)
    own_url = area.url("correction", pk)
    refusal = _refusal(request, correction, step)
    # what cannot be proposed as it is goes back to its editor
    is_edited_first = (
        step == "propose" and refusal and CORRECTION.is_available(request.actor, correction, "edit")
    )
    confirmation = Confirmation(
        rule=CORRECTION.rule(step),
        subject=correction,
        heading=str(page.heading),
        title=f"{correction.report.organisation.name}, {correction.report.cycle.title}",
        items=_items(request, correction, step),
        label=str(page.label),
        cancel_url=area.url("correction-edit", pk) if is_edited_first else own_url,
        message=str(page.message),
        next_url=area.url("correction-list") if step == "discard" else own_url,
        nav=area_nav(request),
        kind=page.kind,
        parent_title=_("Correction %(number)d") % {"number": correction.pk},
        refusal=refusal,
    )

    def act(**values: Any) -> None:
        try:
            page.act(request.actor, correction, **values)
        except DomainError as refusal:
            if sentence := _naming_its_value(correction, refusal):
                raise DomainError(sentence) from refusal
            raise

    is_decision = step == "publish" and correction.state != CorrectionState.AGREED
    form = DecisionReasonForm if is_decision else page.form
    return confirm(
        request,
        confirmation,
        act,
        form,
        {"version": correction.version},
        view=_view(request, correction, step),
    )


def _view(request: ActorRequest, correction: Correction, step: str) -> PageView:
    """The values word by word, the reason, an objection and the notes; before what makes it public each public place.

    Before verdicts are upheld none of them: no value differs.
    """

    def context() -> Mapping[str, Any]:
        state = published_state(correction.report) if step != "uphold_verdicts" else None
        return {
            "correction": correction,
            "facts": CorrectionFacts(request.actor, correction, state) if state else None,
            "notes": notes_on_correction(request.actor, correction),
            "file_url": area_of(request.actor).url("correction-file", correction.pk)
            if correction.file
            else "",
            "shows_places": step in _TOWARDS_PUBLICATION,
        }

    return PageView("alliance/area/correction_step.html", context)


def _naming_its_value(correction: Correction, refusal: DomainError) -> str:
    """The refusal of a value with the value's name; empty for another refusal.

    The page of a step has no field beside which to show it.
    """
    place = CorrectionPlace.from_key(refusal.field or "")
    state = published_state(correction.report) if place else None
    if place is None or state is None:
        return ""
    return f"{words_for(state).title(place)}: {refusal}"


def _refusal(request: ActorRequest, correction: Correction, step: str) -> str:
    if step in CORRECTION.steps:
        return refusal_of(request.actor, correction, step) or _unready(correction, step)
    if correction.state not in CORRECTION.acts[step]:
        return CORRECTION.wrong_state(request.actor, correction)
    if step == "uphold_verdicts":
        return check_refusal(request.actor, correction)
    if step != "consent":
        return ""
    return consent_refusal(request.actor, correction) or step_blocking_reason(correction, step)


def _unready(correction: Correction, step: str) -> str:
    """What is wrong with the draft, before its page offers to propose it; empty of another step."""
    refusal = unready_draft_refusal(correction) if step == "propose" else None
    return (_naming_its_value(correction, refusal) or str(refusal)) if refusal else ""


def _items(request: ActorRequest, correction: Correction, step: str) -> list[str]:
    verdicts = _upheld_verdicts(request, correction) if step == "uphold_verdicts" else []
    places = [_("each public place that changes is named below")] if step in _TOWARDS_PUBLICATION else []
    return [*verdicts, *_consequences(correction, step), *places]


def _upheld_verdicts(request: ActorRequest, correction: Correction) -> list[str]:
    state = published_state(correction.report)
    waiting = CorrectionFacts(request.actor, correction, state).waiting_verdicts if state else []
    return [
        _("%(title)s was looked at again and stays “%(value)s”") % {"title": title, "value": value}
        for title, value, _url in waiting
    ]


def _consequences(correction: Correction, step: str) -> list[str]:
    if step == "propose":
        return [*_answer(correction), _("no reader sees anything until it is published")]
    if step == "publish":
        return [*_decision(correction), *_revisions(correction),
                _("the old value stays readable beside the new one, and in its own revision"), *_reply(correction),
                _notified(correction)]  # fmt: skip
    if step == "agree":
        return [_("a manager publishes it") if correction.is_by_member else _("a manager or an auditor publishes it"),
                *_revisions(correction),
                _("the record says that the secretariat agreed, and the journal that it was you")
                if correction.is_by_member
                else _("your name and office stand in the record as those of who agreed")]  # fmt: skip
    sentences = {
        "object": [
            _("a manager decides; if it is published, your objection is published with it")
            if correction.is_by_member
            else _(
                "a manager or an auditor decides; if it is published, your objection is published with it"
            ),
        ],
        "consent": [_("the record says that a second reviewer consented, without naming you")],
        "drop": [
            _("what is published stands; both sides read your reason, nothing becomes public")
            if correction.report.organisation.has_access
            else _("what is published stands; your reason stays with the correction, nothing becomes public")
        ],
        "uphold_verdicts": [
            _("it becomes the next revision of the report, with the next number; no value differs in it"),
            _("the record says that the secretariat looked at them again, without naming you"),
            _notified(correction),
        ],
        "withdraw": [_("what is published stands; another correction of it can be proposed")],
        "discard": [_("the draft is deleted; nobody but your side has seen it")],
        "add_note": [_("the member and the secretariat read it; it does not become public")],
    }
    return sentences[step]


def _answer(correction: Correction) -> list[str]:
    """Who answers a proposal, until when, and who decides where nobody agrees."""
    cycle = correction.report.cycle
    days = cycle.correction_days
    decider = _(
        "unless the member agrees, a manager or an auditor who has not written, edited or proposed it decides"
    )
    if answer_day(correction, cycle) is None:
        sentence = ngettext(
            "nobody who could answer for the member has access to the portal: it can be decided at once, with a "
            "reason, and the record says so; with access again before that, the member has %(days)d day to agree or "
            "object",
            "nobody who could answer for the member has access to the portal: it can be decided at once, with a "
            "reason, and the record says so; with access again before that, the member has %(days)d days to agree or "
            "object",
            days,
        )
        return [sentence % {"days": days}, decider]
    notified = ngettext(
        "%(who)s is notified at once and has %(days)d day to agree or object; silence is not consent",
        "%(who)s is notified at once and has %(days)d days to agree or object; silence is not consent",
        days,
    )
    if correction.is_by_member:
        return [notified % {"who": _("the secretariat"), "days": days}]
    return [notified % {"who": _("the member"), "days": days}, decider]


def _notified(correction: Correction) -> str:
    has_access = correction.report.organisation.has_access
    if has_access:
        return _("both sides are notified")
    return _("the secretariat is notified; nobody at the member has access")


def _reply(correction: Correction) -> list[str]:
    """That a corrected verdict can be replied to anew; not yet where the reply to it is withdrawn."""
    items = correction.items.all()
    keys = {item.commitment_key for item in items if item.subject == CorrectionSubject.VERDICT}
    withdrawn = withdrawn_replies(correction.report, keys)
    waits = _(
        "the reply to a verdict that is corrected is withdrawn: the member can sign a new one once it is public "
        "again, and the days until then do not count"
    )
    if keys == withdrawn:
        return [waits] if withdrawn else []
    if not correction.report.organisation.has_access:
        return [_("nobody at the member has access: the corrected verdict stands without a new reply")]
    if members_unable_to_sign([correction.report.organisation_id]):
        return [
            _(
                "nobody at the member can sign a reply to the corrected verdict now: its days begin once somebody can"
            )
        ]
    sentence = _(
        "the member can reply to the corrected verdict until %(day)s; an earlier reply is marked as one to the "
        "verdict before the correction"
    )
    day = format_date(reply_day_from_today(correction.report.cycle))
    return [sentence % {"day": day}, *([waits] if withdrawn else [])]


def _revisions(correction: Correction) -> list[str]:
    """Of what its publication makes the next revision: of each record of which it corrects a value."""
    items = correction.items.all()
    is_of_pledge = {item.subject == CorrectionSubject.TARGET for item in items}
    report = (
        _("it becomes the next revision of the report, with the next number")
        if correction.report.state == ReportState.PUBLISHED
        else _("it becomes the next revision of the notice, with the next number")
    )
    sentences = {
        False: report,
        True: _("it becomes the next revision of the pledge, with the next number"),
    }
    of_cycle = [
        _("where the publication of the cycle says the same of the member, that has its next revision too")
        for item in items
        if item.subject == CorrectionSubject.STANDING
    ]
    return [*(sentences[is_target] for is_target in sorted(is_of_pledge)), *of_cycle]


def _decision(correction: Correction) -> list[str]:
    if correction.state == CorrectionState.AGREED:
        return []
    if correction.state == CorrectionState.OBJECTED:
        return [_("the other side objected: the objection and your reason are published with it")]
    if unanswerable_among([correction]):
        return [
            _(
                "nobody who could answer for the member has access to the portal: the record says so, with your reason"
            )
        ]
    day = format_date(correction.respond_by) if correction.respond_by else format_date(today())
    return [
        _("the other side did not answer by %(day)s: the record says so, with your reason") % {"day": day}
    ]
