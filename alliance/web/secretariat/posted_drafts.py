"""What a post of a review's page keeps as drafts, and where another window of the same person has saved since.

A page posts of each kind of draft the digest of the words that it had shown, and that of all that its form said. What
another window has saved since is not written over, nor dropped: both texts are shown, and their writer chooses. A form
that says what it had said when it was shown changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.forms import Form
from django.http import JsonResponse, QueryDict

from alliance.enums import DraftKind
from alliance.models import ReviewDraft
from alliance.validators.draft_words import join_words, texts_digest, words_of
from alliance.web.conflict_choices import ConflictChoice
from alliance.web.forms.review_drafts import CONFLICT_DIGEST, EXPECTED_DIGEST, SHOWN_DIGEST
from portal.kernel import clock
from portal.kernel.errors import Conflict
from portal.kernel.text import DiffPiece, compare_words, format_local_time


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """The draft of another window, and what this one has posted.

    `expected` and `shown` are the digests of the draft and of the form that its page had shown.
    """

    kind: DraftKind
    stored: ReviewDraft
    texts: Mapping[str, str]
    expected: str
    shown: str
    refusal: str
    at: datetime = field(default_factory=clock.now)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What was posted, by the names of the form's fields."""
        prefix = "" if self.kind == DraftKind.VERDICT else f"{self.kind}-"
        return [(f"{prefix}{name}", text) for name, text in self.texts.items()]

    @property
    def stored_text(self) -> str:
        return self.stored.words

    @property
    def sent_text(self) -> str:
        return words_of(self.texts)

    @property
    def pieces(self) -> list[DiffPiece]:
        """From the stored words to those that were posted."""
        return compare_words(self.stored_text, self.sent_text)


@dataclass
class PostedDrafts:
    """The drafts of one page by kind, and what a post makes of them.

    `save` takes a kind, the texts and the digest that is expected, or None for any, and raises Conflict; `delete` takes
    a kind. `form` is the form of a kind that the page shows, unbound, or None.
    """

    posted: QueryDict
    drafts: dict[DraftKind, ReviewDraft]
    save: Callable[[DraftKind, Mapping[str, str], str | None], ReviewDraft]
    delete: Callable[[DraftKind], None]
    form: Callable[[DraftKind], Form | None]
    conflicts: dict[DraftKind, DraftConflict] = field(default_factory=dict)
    _times: dict[str, str] = field(default_factory=dict)
    _saved: set[DraftKind] = field(default_factory=set)

    def texts_of(self, kind: DraftKind) -> dict[str, str]:
        """What the form shows: the draft; of two texts in conflict that which was posted."""
        conflict, draft = self.conflicts.get(kind), self.drafts.get(kind)
        return dict(conflict.texts if conflict else draft.texts if draft else {})

    @property
    def resolves(self) -> bool:
        """Whether the post is a choice between two drafts, and nothing else."""
        return bool(self._choice.choice) and "conflict" in self.posted

    @property
    def _choice(self) -> ConflictChoice:
        return ConflictChoice.of(self.posted)

    def keep(
        self,
        kind: DraftKind,
        texts: Mapping[str, str],
        *,
        is_worth_keeping: bool,
        is_decided: bool = False,
    ) -> None:
        """Keep what was posted, or drop the draft where nothing is left to keep; or note the conflict.

        A choice decides one conflict; the draft of another kind that stands in conflict on the same page stays so.
        A page that posts no digest is of a version that had none. What the page had shown and nobody has touched
        leaves alone what another window has done since, unless the act gives, drops or replaces the draft:
        `is_decided`. Raises DomainError for a text that no form would take.
        """
        stored, expected = self.drafts.get(kind), self.posted.get(f"{EXPECTED_DIGEST}{kind}")
        choice = self._choice
        stays_open = self.resolves and kind in choice.undecided
        if kind in choice.decided:
            if choice.choice == "stored":
                return
            expected = self.posted.get(f"{CONFLICT_DIGEST}{kind}", "")
            if choice.choice == "join" and stored is not None:
                texts = join_words(stored.texts, texts)
        elif self._shown(kind) == texts_digest(texts) and not (is_decided or stays_open):
            if stored is not None:
                self._times[kind.value] = format_local_time(stored.updated_at)
            return
        if stored is not None and expected not in (None, stored.digest):
            is_worth_keeping = True
        if is_worth_keeping:
            self._save(kind, texts, expected)
        elif stored is not None:
            self.drop(kind)

    def _save(self, kind: DraftKind, texts: Mapping[str, str], expected: str | None) -> None:
        try:
            draft = self.save(kind, texts, expected)
        except Conflict as conflict:
            other = conflict.stored
            assert isinstance(other, ReviewDraft), "it is a draft that was saved"
            self.drafts[kind] = other
            self.conflicts[kind] = DraftConflict(
                kind, other, texts, expected or "", self._shown(kind), str(conflict)
            )
        else:
            self.drafts[kind] = draft
            self._saved.add(kind)
            self._times[kind.value] = format_local_time(draft.updated_at)

    def has_unread(self, kind: DraftKind) -> bool:
        """Whether another window has saved words since that the page, which posted none of that kind, had not shown."""
        stored, expected = self.drafts.get(kind), self.posted.get(f"{EXPECTED_DIGEST}{kind}")
        return stored is not None and expected not in (None, stored.digest)

    def drop(self, kind: DraftKind) -> None:
        """Delete the draft: it was given, emptied, or its writer has changed their mind."""
        self.delete(kind)
        self.drafts.pop(kind, None)
        self._saved.add(kind)

    def _shown(self, kind: DraftKind) -> str:
        return self.posted.get(f"{SHOWN_DIGEST}{kind}", "")

    def script_answer(self) -> JsonResponse:
        """By kind when it was kept, and the digests to post with the next words; or what stands in conflict."""
        for conflict in self.conflicts.values():
            return JsonResponse({"refused": conflict.refusal}, status=422)
        digests = {name: digest for kind in self._saved for name, digest in self._digests_of(kind)}
        return JsonResponse({"kept": self._times, "digests": digests})

    @property
    def digests(self) -> list[tuple[str, str]]:
        """The fields by which the page posts what it shows; of a conflict still what it had shown before."""
        return [pair for kind in DraftKind for pair in self._digests_of(kind)]

    def _digests_of(self, kind: DraftKind) -> list[tuple[str, str]]:
        draft, conflict = self.drafts.get(kind), self.conflicts.get(kind)
        if conflict is not None:
            expected, shown = conflict.expected, conflict.shown
        else:
            form = self.form(kind)
            expected = draft.digest if draft else ""
            shown = texts_digest(_texts_in(form)) if form else ""
        return [(f"{EXPECTED_DIGEST}{kind}", expected), (f"{SHOWN_DIGEST}{kind}", shown)]


def _texts_in(form: Form) -> dict[str, str]:
    """What the fields say, as a browser would post them."""
    values = {name: form[name].value() for name in form.fields}
    return {name: "on" if value is True else str(value or "") for name, value in values.items()}
