"""What a post of a review's page keeps as drafts, and where another window of the same person has saved since.

A page posts of each kind of draft the digest of the words that it had shown. What another window has saved since is not
written over, nor dropped: both texts are shown, and their writer chooses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import JsonResponse, QueryDict

from alliance.enums import DraftKind
from alliance.models import ReviewDraft
from alliance.validators.draft_words import choices_of, join_words, words_digest, words_of
from alliance.web.forms.review_drafts import CONFLICT_DIGEST, EXPECTED_DIGEST
from portal.kernel import clock
from portal.kernel.errors import Conflict
from portal.kernel.text import DiffPiece, compare_words, format_local_time


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """The draft of another window, and what this one has posted; `expected` is the digest that its page had shown."""

    kind: DraftKind
    stored: ReviewDraft
    texts: Mapping[str, str]
    expected: str
    refusal: str
    at: datetime = field(default_factory=clock.now)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What was posted, by the names of the form's fields."""
        prefix = "" if self.kind == DraftKind.VERDICT else f"{self.kind}-"
        return [(f"{prefix}{name}", text) for name, text in self.texts.items()]

    @property
    def stored_text(self) -> str:
        return words_of(self.stored.texts)

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
    a kind.
    """

    posted: QueryDict
    drafts: dict[DraftKind, ReviewDraft]
    save: Callable[[DraftKind, Mapping[str, str], str | None], ReviewDraft]
    delete: Callable[[DraftKind], None]
    conflicts: dict[DraftKind, DraftConflict] = field(default_factory=dict)
    _times: dict[str, str] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)

    def texts_of(self, kind: DraftKind) -> dict[str, str]:
        """What the form shows: the draft; of two texts in conflict that which was posted."""
        conflict, draft = self.conflicts.get(kind), self.drafts.get(kind)
        return dict(conflict.texts if conflict else draft.texts if draft else {})

    @property
    def resolves(self) -> bool:
        """Whether the post is a choice between two drafts, and nothing else."""
        return bool(self._resolved) and self.posted.get("resolve") in ("sent", "stored", "join")

    @property
    def _resolved(self) -> list[str]:
        return self.posted.getlist("conflict")

    def keep(
        self,
        kind: DraftKind,
        texts: Mapping[str, str],
        *,
        own: Mapping[str, str],
        is_worth_keeping: bool,
        is_decided: bool = False,
    ) -> None:
        """Keep what was posted, or drop the draft where nothing is left to keep; or note the conflict.

        `own` is what the form says without a draft. A page that posts no digest is of a version that had none.
        What the page had shown and nobody has touched leaves alone what another window has saved, unless the act
        gives, drops or replaces the draft: `is_decided`. Raises DomainError for a text that no form would take.
        """
        stored, expected = self.drafts.get(kind), self.posted.get(f"{EXPECTED_DIGEST}{kind}")
        if self.resolves and kind in self._resolved:
            if self.posted["resolve"] == "stored":
                return
            expected = self.posted.get(f"{CONFLICT_DIGEST}{kind}", "")
            if self.posted["resolve"] == "join" and stored is not None:
                texts = join_words(stored.texts, texts)
        if stored is not None and expected not in (None, stored.digest):
            is_untouched = _is_untouched(stored, texts, own, expected, is_worth_keeping=is_worth_keeping)
            if is_untouched and not is_decided:
                self._times[kind.value] = format_local_time(stored.updated_at)
                return
            is_worth_keeping = True
        if is_worth_keeping:
            try:
                self.drafts[kind] = self.save(kind, texts, expected)
            except Conflict as conflict:
                other = conflict.stored
                assert isinstance(other, ReviewDraft), "it is a draft that was saved"
                self.drafts[kind] = other
                self.conflicts[kind] = DraftConflict(kind, other, texts, expected or "", str(conflict))
            else:
                self._note(self.drafts[kind])
        elif stored is not None:
            self.drop(kind)

    def drop(self, kind: DraftKind) -> None:
        """Delete the draft: it was given, emptied, or its writer has changed their mind."""
        self.delete(kind)
        self.drafts.pop(kind, None)
        self._digests[kind.value] = ""

    def _note(self, draft: ReviewDraft) -> None:
        self._times[draft.kind] = format_local_time(draft.updated_at)
        self._digests[draft.kind] = draft.digest

    def script_answer(self) -> JsonResponse:
        """By kind when it was kept, and the digest to post with the next words; or what stands in conflict."""
        for conflict in self.conflicts.values():
            return JsonResponse({"refused": conflict.refusal}, status=422)
        return JsonResponse({"kept": self._times, "digests": self._digests})

    @property
    def expected(self) -> list[tuple[str, str]]:
        """What the page posts as the digests of the drafts that it shows; of a conflict still that of before."""
        shown = {kind: draft.digest for kind, draft in self.drafts.items()}
        shown |= {kind: conflict.expected for kind, conflict in self.conflicts.items()}
        return [(f"{EXPECTED_DIGEST}{kind}", shown.get(kind, "")) for kind in DraftKind]


def _is_untouched(
    stored: ReviewDraft,
    texts: Mapping[str, str],
    own: Mapping[str, str],
    expected: str | None,
    *,
    is_worth_keeping: bool,
) -> bool:
    """Whether the page posts what it had shown: its own draft, or the reason of a verdict that was taken back since.

    A choice that is neither the stored draft's nor the form's own was made on the page, whatever its words say.
    """
    posted = words_digest(texts)
    if is_worth_keeping and posted == stored.digest:
        return texts.get("version") != stored.texts.get("version")
    is_chosen = choices_of(texts) not in (choices_of(stored.texts), choices_of(own))
    return not is_chosen and (not is_worth_keeping or posted == expected)
