"""What a reviewer writes on a page of a review: one form, so that every button takes along all that was typed.

Verdict, question, note and finding each have a draft of their own. It is saved by the script as one types and by every
button, and deleted once its text was given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alliance.enums import DraftKind
from alliance.models import Question, Report, ReviewDraft, Verdict
from alliance.queries.review_drafts import can_be_given, review_drafts, writable_kinds
from alliance.queries.review_state import ReviewState, ReviewStep
from alliance.services.findings import open_finding
from alliance.services.questions import ask_question, close_question, reopen_question
from alliance.services.review_drafts import delete_review_draft, save_review_draft
from alliance.services.review_notes import write_note
from alliance.services.taken_back_verdicts import take_back_verdict
from alliance.validators.draft_words import join_words
from alliance.web.forms.findings import FindingForm
from alliance.web.forms.review_drafts import DRAFT_FIELDS
from alliance.web.forms.reviews import QuestionForm, ReviewNoteForm, VerdictForm, verdict_form
from alliance.web.secretariat.posted_drafts import PostedDrafts
from alliance.web.secretariat.review_steps import review_step_url
from alliance.workflows import question_refusal
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.text import DiffPiece, compare_words, whole_number
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    names_of,
    redirect_refused,
    refusals_on,
    refuse_unlisted_fields,
)

# What the page posts beside its forms and its drafts: which button, where it leads, that a script saves.
_BUTTONS = ("act", "autosave")
_PLAIN = {DraftKind.QUESTION: QuestionForm, DraftKind.NOTE: ReviewNoteForm, DraftKind.FINDING: FindingForm}
# What has to be filled in, so that there is something to keep.
_TEXT = {DraftKind.VERDICT: "reason"}

# The acts that drop or replace a draft, beside those that give one; None: that which the button names.
_DECIDE: Mapping[str, DraftKind | None] = {
    "undo": None,
    "last": DraftKind.VERDICT,
    "resolve": DraftKind.VERDICT,
    "ask_on": DraftKind.QUESTION,
}

Forms = dict[str, Form]


@dataclass
class ReviewDesk:
    """The forms of one page, filled with the reader's drafts; `step` is None on the page of the review as a whole."""

    request: ActorRequest
    report: Report
    state: ReviewState
    step: ReviewStep | None
    last_verdict: Verdict | None = None
    conflict: Conflict | None = None
    forms: Forms = field(default_factory=dict)
    drafts: dict[tuple[str, str], ReviewDraft] = field(default_factory=dict)
    posted: PostedDrafts = field(init=False)

    def __post_init__(self) -> None:
        self.drafts = review_drafts(self.request.actor, self.report)
        here = {
            DraftKind(kind): draft for (step, kind), draft in self.drafts.items() if step == self.step_name
        }
        self.posted = PostedDrafts(
            self.request.POST, here, self._save_draft, self._delete_draft, self._shown_form
        )
        self._open_forms()

    def _open_forms(self) -> None:
        """Each form with what is kept of it; of two texts in conflict with that which was posted."""
        self.forms = {
            kind.value: self._form(kind)
            for kind in self._kinds()
            if can_be_given(kind, self.report, self.step)
        }

    # --- what may be written here ---

    def _kinds(self) -> list[DraftKind]:
        """What the reader may write here, in whatever state the review is."""
        return writable_kinds(self.request.actor, self.report, self.step)

    @property
    def step_name(self) -> str:
        return self.step.name if self.step else ""

    @property
    def url(self) -> str:
        return review_step_url(self.report, self.step)

    def _form(self, kind: DraftKind, data: Mapping[str, str] | None = None) -> Form:
        texts = self.posted.texts_of(kind)
        if kind == DraftKind.VERDICT:
            if kind in self.posted.conflicts and self.step and self.step.verdict is None:
                texts["version"] = "0"  # the page says that the verdict of before was taken back
            return verdict_form(self.step, data, texts)
        return _PLAIN[kind](data, prefix=kind.value, initial=texts)

    def _shown_form(self, kind: DraftKind) -> Form | None:
        return self._form(kind) if kind in self.forms else None

    @property
    def form(self) -> Form | None:
        """The form of the verdict, by which templates show the faults of the page."""
        return self.forms.get(DraftKind.VERDICT)

    @property
    def question_refusal(self) -> str:
        """Why nothing can be asked now; empty where it can."""
        return question_refusal(self.report.organisation)

    @property
    def conflict_pieces(self) -> list[DiffPiece]:
        """From the stored reason to the one that was sent."""
        stored_reason = getattr(self.conflict and self.conflict.stored, "reason", None)
        sent_reason = getattr(self.conflict and self.conflict.sent, "reason", "")
        return compare_words(stored_reason, sent_reason) if stored_reason is not None else []

    @property
    def drafts_without_form(self) -> dict[DraftKind, ReviewDraft]:
        """The drafts that no form shows, by kind: the review is not open now, or somebody else's."""
        return {kind: draft for kind, draft in self.posted.drafts.items() if kind not in self.forms}

    @property
    def steps_with_drafts(self) -> frozenset[str]:
        here = [self.step_name] if self.posted.drafts else []
        return frozenset([*here, *(step for step, _kind in self.drafts if step != self.step_name)])

    # --- a post ---

    def respond(self, give_verdict: Callable[["ReviewDesk"], HttpResponse | None]) -> HttpResponse | None:
        """What a post leads to; None where the page is shown again, with its faults.

        All that was typed is kept, then the button's act is done.
        """
        data = self.request.POST
        refuse_unlisted_fields(data, {*names_of(*self._all_forms()), *_BUTTONS, *DRAFT_FIELDS})
        refuse_unlisted_fields(self.request.FILES, ())
        act, _colon, argument = data.get("act", DraftKind.VERDICT if self.step else "go").partition(":")
        if data.get("autosave"):
            return self._autosave()
        resolve = data.get("resolve", "") if not self.posted.resolves else ""
        self._save_drafts(_decided_kind("resolve" if resolve in ("stored", "join") else act, argument))
        if self.posted.conflicts:
            return None
        if self.posted.resolves:
            return redirect(self.url)
        if resolve in ("stored", "join"):
            return self._keep_stored(is_joined=resolve == "join")
        if act == DraftKind.VERDICT:
            return give_verdict(self)
        if act in _PLAIN:
            return self._give(DraftKind(act))
        acts = {
            "undo": self._undo,
            "take_back": self._take_back,
            "last": self._start_from_last,
            "close": self._close_question,
            "reopen": self._reopen_question,
            "ask_on": self._ask_on,
        }
        return acts[act](argument) if act in acts else self._go(argument)

    def _all_forms(self) -> list[Form]:
        """Also those that this page does not offer now: a post may be of a page that did."""
        verdict = [verdict_form(self.step)] if self.step else []
        return [*verdict, *(form_class(prefix=kind.value) for kind, form_class in _PLAIN.items())]

    def _autosave(self) -> HttpResponse:
        """The answer to the script: when it was kept, or why not."""
        try:
            self._save_drafts()
        except DomainError as refusal:
            return JsonResponse({"refused": str(refusal)}, status=422)
        return self.posted.script_answer()

    def _save_drafts(self, decided: DraftKind | None = None) -> None:
        """Keep every text that was posted and not given before; of `decided` the act gives, drops or replaces it.

        Also one that its writer may not give any more, as where a colleague has taken the review over meanwhile.
        """
        for kind in DraftKind:
            texts = self._typed(kind) if self.step or kind != DraftKind.VERDICT else None
            if texts is not None:
                is_worth_keeping = _is_worth_keeping(kind, texts, self._own_texts(kind))
                self.posted.keep(kind, texts, is_worth_keeping=is_worth_keeping, is_decided=kind == decided)
        self._open_forms()

    def _save_draft(
        self, kind: DraftKind, texts: Mapping[str, str], expected: str | None = None
    ) -> ReviewDraft:
        return save_review_draft(self.request.actor, self.report, self.step_name, kind, texts, expected)

    def _delete_draft(self, kind: DraftKind) -> None:
        delete_review_draft(self.request.actor, self.report, self.step_name, kind)

    def _typed(self, kind: DraftKind) -> dict[str, str] | None:
        """The fields of a form as they were posted; None where the post has none of it."""
        form = self._form(kind)
        names = {name: form.add_prefix(name) for name in form.fields}
        if names[_TEXT.get(kind, "text")] not in self.request.POST:
            return None
        return {
            name: self.request.POST.get(posted, "").replace("\r\n", "\n") for name, posted in names.items()
        }

    def _own_texts(self, kind: DraftKind) -> dict[str, str]:
        """What the form says without a draft."""
        initial = verdict_form(self.step).initial if kind == DraftKind.VERDICT else {}
        return {name: str(value or "") for name, value in initial.items()}

    # --- acts ---

    def _give(self, kind: DraftKind) -> HttpResponse | None:
        """Send the question, write the note, make the finding."""
        form = self._form(kind, self.request.POST)
        self.forms[kind.value] = form
        if form.is_valid():
            with refusals_on(form):
                _GIVE[kind](self, form.cleaned_data)
        if not form.is_valid():
            return None
        self.posted.drop(kind)
        return self._return_to(kind)

    def ask(self, values: Mapping[str, Any]) -> None:
        follows = None
        if values["follows"]:
            own = Question.objects.visible_to(self.request.actor).filter(report=self.report)
            follows = get_visible_or_404(own, self.request.actor, pk=values["follows"])
        measure = self.step.measure if self.step else None
        text, language = values["text"], values["language"]
        ask_question(
            self.request.actor, self.report, text, measure=measure, language=language, follows=follows
        )
        messages.success(self.request, _("The member has been notified of your question."))

    def write(self, values: Mapping[str, Any]) -> None:
        measure = self.step.measure if self.step else None
        write_note(self.request.actor, self.report, **values, measure=measure)

    def find(self, values: Mapping[str, Any]) -> None:
        if self.step is None or self.step.measure is None:
            raise DomainError(_("A finding is about a measure."))
        open_finding(self.request.actor, self.report, self.step.measure, **values)
        messages.success(self.request, _("The member reads this once the review is concluded."))

    def give_verdict(self, act: Callable[..., Any]) -> bool:
        """Give the verdict of the posted form; False with the faults in it, or a conflict to decide."""
        form = verdict_form(self.step, self.request.POST)
        self.forms[DraftKind.VERDICT.value] = form
        if not form.is_valid():
            return False
        with refusals_on(form):
            try:
                with transaction.atomic():
                    act(**form.cleaned_data)
            except Conflict as conflict:
                self.conflict = conflict
        if self.conflict is not None:
            self.forms[DraftKind.VERDICT.value] = self._rebased_form(self.conflict)
            return False
        if form.is_valid():
            self.posted.drop(DraftKind.VERDICT)
        return form.is_valid()

    def _rebased_form(self, conflict: Conflict) -> VerdictForm:
        """The form with what was typed, which now knows the stored verdict."""
        data = self.request.POST.copy()
        stored: Any = conflict.stored
        data["version"] = str(stored.version if stored else 0)
        return verdict_form(self.step, data)

    def _undo(self, argument: str) -> HttpResponse:
        kind = DraftKind(argument if argument in DraftKind.values else DraftKind.VERDICT)
        if self.posted.has_unread(kind) and self._typed(kind) is None:
            text = _("Other words of yours have been saved here since: read them before you undo the draft.")
            return redirect_refused(self.request, self.url, text)
        self.posted.drop(kind)
        return self._return_to(kind)

    def _keep_stored(self, *, is_joined: bool) -> HttpResponse:
        """Leave the verdict that is there, or put its reason before what was typed, to be merged by hand.

        What was typed stays where the verdict was taken back.
        """
        stored, texts = self.step.verdict if self.step else None, self._typed(DraftKind.VERDICT)
        if stored is None:
            text = _("There is no verdict now: it was taken back. What you have typed is kept.")
            return redirect_refused(self.request, self.url, text)
        if is_joined and texts is not None:
            self._put_before(stored.reason, {**texts, "version": str(stored.version)})
            return self._return_to(DraftKind.VERDICT)
        return self._undo(DraftKind.VERDICT)

    def _start_from_last(self, argument: str) -> HttpResponse:
        """Put the last period's reason before what was typed."""
        del argument
        texts = self._typed(DraftKind.VERDICT)
        if self.last_verdict is not None and texts is not None:
            self._put_before(self.last_verdict.reason, texts)
        return self._return_to(DraftKind.VERDICT)

    def _put_before(self, words: str, texts: Mapping[str, str]) -> None:
        """Keep these texts as the draft, with other words before the reason that is not among them yet."""
        self._save_draft(DraftKind.VERDICT, join_words({"reason": words}, texts))

    def _question(self, argument: str) -> Question:
        own = Question.objects.visible_to(self.request.actor).filter(report=self.report)
        question: Question = get_visible_or_404(own, self.request.actor, pk=whole_number(argument) or 0)
        return question

    def _close_question(self, argument: str) -> HttpResponse:
        return self._with_question(close_question, argument)

    def _reopen_question(self, argument: str) -> HttpResponse:
        return self._with_question(reopen_question, argument)

    def _with_question(self, act: Callable[..., Question], argument: str) -> HttpResponse:
        question = self._question(argument)
        refused = self._attempt(lambda: act(self.request.actor, question))
        return refused or redirect(f"{self.url}#question-{question.pk}")

    def _take_back(self, argument: str) -> HttpResponse:
        """Take the verdict back. Its reason is in the form again, before what was typed there."""
        del argument
        if self.step is None:
            return redirect(self.url)
        subject, version = self.step.subject, whole_number(self.request.POST.get("version", "")) or 0
        actor, report = self.request.actor, self.report
        refused = self._attempt(lambda: take_back_verdict(actor, report, **subject, version=version))
        if refused is not None:
            return refused
        messages.success(self.request, _("The verdict is taken back."))
        return self._return_to(DraftKind.VERDICT)

    def _attempt(self, act: Callable[[], object]) -> HttpResponse | None:
        """Do it; what it leads to where it is refused with a sentence."""
        try:
            with transaction.atomic():
                act()
        except Forbidden:
            raise
        except DomainError as refusal:
            return redirect_refused(self.request, self.url, str(refusal))
        return None

    def _ask_on(self, argument: str) -> HttpResponse:
        """The next question will ask on: its form knows the earlier one."""
        question = self._question(argument)
        texts = self._typed(DraftKind.QUESTION) or {"text": ""}
        texts["follows"] = str(question.pk)
        self._save_draft(DraftKind.QUESTION, texts)
        return redirect(f"{self.url}#id_question-text")

    def _return_to(self, kind: DraftKind) -> HttpResponse:
        """The page again, where the form of this kind stands."""
        return redirect(f"{self.url}#{kind if kind == DraftKind.VERDICT else f'{kind}s-heading'}")

    def _go(self, target: str) -> HttpResponse:
        """Where the button leads: another step of this review, or the same page again."""
        kind, _colon, key = target.partition(":")
        step = self.state.find(kind, key)
        return redirect(review_step_url(self.report, step) if step else self.url)


def _is_worth_keeping(kind: DraftKind, texts: Mapping[str, str], own: Mapping[str, str]) -> bool:
    if kind != DraftKind.VERDICT:
        return bool(texts["text"].strip())
    return any(texts[name] != own[name] for name in texts if name not in ("language", "version"))


def _decided_kind(act: str, argument: str) -> DraftKind | None:
    """The draft that the act gives, drops or replaces."""
    kind = _DECIDE.get(act, act) or argument or DraftKind.VERDICT
    return DraftKind(kind) if kind in DraftKind.values else None


_GIVE: dict[DraftKind, Callable[[ReviewDesk, Mapping[str, Any]], None]] = {
    DraftKind.QUESTION: ReviewDesk.ask,
    DraftKind.NOTE: ReviewDesk.write,
    DraftKind.FINDING: ReviewDesk.find,
}
