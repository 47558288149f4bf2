"""The pack of a practice on its page: how large its classes are, and what runs have reached in one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.web.area import area_of
from portal.kernel.access import Actor
from practices.models import ModelRun
from practices.packs.prompts import has_prompt
from practices.packs.scoring import Share
from practices.queries.packs import (
    ClassScore,
    has_run_targets,
    may_remove_run,
    may_run,
    pack_of,
    pack_versions,
    scores_of,
)
from practices.services.pack_files import files_of_pack, lists_of_earlier_versions
from practices.web.practice.download_sizes import download_sizes
from practices.web.practice.page import PracticePage

_WIDTH, _EDGE = 220, 10  # of a drawing of whiskers, in its own units


@dataclass(frozen=True, slots=True)
class Whisker:
    """A share with its bounds, as numbers and where its drawing has them."""

    share: Share
    low: str
    mark: str
    high: str

    @property
    def value(self) -> Decimal | None:
        return _rounded(self.share.value)

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        low, high = self.share.bounds
        return _rounded(low), _rounded(high)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A run in the table of scores."""

    run: ModelRun
    is_baseline: bool
    precision: Whisker
    recall: Whisker
    shares_held_back: tuple[Decimal | None, Decimal | None] | None
    in_class: int  # rows of the class that were answered
    may_remove: bool


@dataclass(frozen=True, slots=True)
class ClassTab:
    """A class as one chooses it: the address of its scores."""

    key: str
    outcome: str
    url: str
    is_current: bool


def _rounded(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.2f}")


def _whisker(share: Share) -> Whisker:
    low, high = share.bounds
    return Whisker(share, _place(low), _place(share.value or 0.0), _place(high))


def _place(value: float) -> str:
    return f"{_EDGE + value * _WIDTH:.1f}"


def pack_context(page: PracticePage, query: Mapping[str, Any]) -> dict[str, Any]:
    """What the sections about the pack show: sizes of the classes, scores of the one that was chosen, files."""
    actor, practice = page.actor, page.practice
    content = page.latest.content if page.latest else practice.draft.content
    listed = files_of_pack(actor, practice, page.latest)
    dropped = lists_of_earlier_versions(practice, page.latest, page.versions) if page.latest else []
    pack = pack_of(actor, practice, content, listed)
    classes = content.get("classes", [])
    chosen = _chosen_class(classes, str(query.get("class", "")))
    area = area_of(actor).namespace
    here = reverse(f"{area}:practice", args=[practice.key])
    scores = scores_of(pack.runs, chosen) if chosen else []
    return {
        "pack": pack,
        "download_sizes": download_sizes(practice, content, page.latest, listed, dropped),
        "pack_chosen": chosen,
        "pack_tabs": [
            ClassTab(
                row["key"],
                row["outcome"],
                f"{here}?{urlencode({'class': row['key']})}#scores",
                row["key"] == chosen,
            )
            for row in classes
        ],
        "pack_scores": [_score_row(actor, score) for score in scores],
        "pack_earlier": [_score_row(actor, score) for score in scores_of(pack.earlier_runs, chosen)],
        "pack_sentence": _comparison(scores, pack.row_count),
        "pack_versions": pack_versions(actor, practice, (*pack.runs, *pack.earlier_runs))
        if page.latest and pack.is_runnable
        else [],
        "pack_size_total": sum(size.rows for size in pack.sizes),
        "may_run": may_run(actor, practice) and has_run_targets(actor, practice, page.latest, page.draft),
        "has_prompt": has_prompt(content),
        "takes_away": pack.is_runnable or has_prompt(content),
    }


def _chosen_class(classes: Sequence[Mapping[str, str]], wanted: str) -> str:
    keys = [row["key"] for row in classes]
    return wanted if wanted in keys else next(iter(keys), "")


def _score_row(actor: Actor, score: ClassScore) -> ScoreRow:
    shares_held_back = None
    if score.precision_held_back is not None and score.recall_held_back is not None:
        shares_held_back = _rounded(score.precision_held_back.value), _rounded(score.recall_held_back.value)
    return ScoreRow(
        score.run,
        score.is_baseline,
        _whisker(score.precision),
        _whisker(score.recall),
        shares_held_back,
        score.recall.of,
        may_remove_run(actor, score.run),
    )


def _comparison(scores: Sequence[ClassScore], rows: int) -> str:
    """What the whiskers allow to say of the most precise run, and no more.

    Compared are the runs that answered all `rows`: others may have passed over the hard ones.
    """
    rated = [score for score in scores if score.precision.value is not None]
    if not rated:
        return ""
    if len(rated) == 1:
        return _("One run so far: nothing to compare it with.")
    complete = [score for score in rated if score.run.rows == rows]
    if len(complete) < 2:
        return _("Nothing to compare: these runs did not answer the same rows.")
    sentence = _precision_comparison(complete)
    if len(complete) < len(rated):
        return f"{sentence} {_('Only runs that answered every row are compared.')}"
    return sentence


def _precision_comparison(scores: Sequence[ClassScore]) -> str:
    best, *others = sorted(scores, key=lambda score: -(score.precision.value or 0.0))
    low = best.precision.bounds[0]
    near = [score for score in others if score.precision.bounds[1] >= low]
    if len(near) == len(others):
        return _("These rows cannot tell which of them is more precise: the intervals overlap.")
    if not near:
        return _("%(model)s is more precise than all others.") % {"model": best.run.name}
    message = ngettext(
        "%(model)s comes out first in precision; its whiskers overlap those of one other run.",
        "%(model)s comes out first in precision; its whiskers overlap those of %(count)d other runs.",
        len(near),
    )
    return message % {"model": best.run.name, "count": len(near)}
