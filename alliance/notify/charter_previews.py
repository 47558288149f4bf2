"""The letters that announcing a charter version and putting it in force would send, before anybody gets them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.enums import OrganisationState, SignatureRule
from alliance.models import Charter, Commitment, Organisation, Pledge
from alliance.notify.charters import signatories_of, signatories_on_earlier
from alliance.queries.charter_signatures import (
    AnnouncementVariant,
    carried_accessions,
    carried_if_announced,
    version_in_force,
)
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.site import load_site
from alliance.queries.supersession import OpenPledge
from alliance.queries.supersession_outlook import SupersessionOutlook, supersession_outlook
from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key
from portal.kernel.mail import render_letter
from portal.kernel.text import LANGUAGES, reader_language


@dataclass(frozen=True, slots=True)
class LetterPreview:
    """The letters of one kind: how many in each language, to whom, at which members; one of them in each language.

    Where a kind says one thing to some members and another to others, each has a preview of its own.
    """

    kind: str
    audience: str | Promise
    languages: Mapping[str, int]
    in_digests: int
    members: Sequence[str]
    letters: Sequence["ReadLetter"]

    @property
    def count(self) -> int:
        return sum(self.languages.values())


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter in one language, without its greeting's name."""

    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Sample:
    members: Sequence[Organisation]
    context: Mapping[str, Any]


# what the dry run stores, and what sends those letters
_ANNOUNCEMENTS = {
    "announcement": _("When it is announced"),
    "announcement_anew": _("When it is announced, if every member is to sign anew"),
}
_OCCASIONS = {**_ANNOUNCEMENTS, "letters": _("When it comes into force")}

_AUDIENCES = {
    ("charter.announce", AnnouncementVariant.CARRIES_OVER): _(
        "everybody at members whose signature carries over unless they object"
    ),
    ("charter.announce", AnnouncementVariant.SIGNS_ANEW): _(
        "everybody at members that signed this charter and whose signature does not carry over"
    ),
    ("charter.put_in_force", ""): _(
        "signatories of members that stay on an earlier version until they sign this one; administrators of those "
        "without a signatory"
    ),
    ("accession.carry_over", ""): _("everybody at members whose signature carries over"),
    ("pledge.return", ""): _("editors and signatories of members whose pledge returns for signing"),
}


def letter_previews(actor: Actor, charter: Charter) -> list[tuple[str | Promise, list[LetterPreview]]]:
    """By occasion what the last dry run has counted, with a letter of each kind as the first member would get it now.

    For the secretariat. Empty without a dry run, or where it found a problem; once announced, without that occasion.
    """
    outlook = supersession_outlook(charter)
    if outlook is None or outlook.mapping is None:
        return []
    occasions: list[tuple[str | Promise, list[LetterPreview]]] = []
    for name, occasion in _OCCASIONS.items():
        if name in _ANNOUNCEMENTS and charter.announced_at is not None:
            continue
        previews = [
            _preview(row, _sample(actor, charter, outlook, row, is_anew=name == "announcement_anew"))
            for row in charter.check_result.get(name, [])
            if (row["kind"], row["variant"]) in _AUDIENCES
        ]
        if previews:
            occasions.append((occasion, previews))
    return occasions


def announced_letters(charter: Charter, signatures: str) -> list[tuple[str | Promise, int]]:
    """How many letters of each variant the announcement brings, as the last dry run has counted, and to whom.

    `signatures` is the SignatureRule that is chosen; those in digests are counted too.
    """
    earlier = version_in_force(charter)
    is_anew = earlier is not None and signatures != earlier.later_signatures
    rows = charter.check_result.get("announcement_anew" if is_anew else "announcement", [])
    return [
        (_AUDIENCES[row["kind"], row["variant"]], sum(row["languages"].values()) + row["in_digests"])
        for row in rows
        if (row["kind"], row["variant"]) in _AUDIENCES
    ]


def _sample(
    actor: Actor, charter: Charter, outlook: SupersessionOutlook, row: Mapping[str, Any], *, is_anew: bool
) -> _Sample:
    if row["kind"] == "charter.announce":
        carries_over = row["variant"] == AnnouncementVariant.CARRIES_OVER
        return _announced(actor, outlook, charter, carries_over=carries_over, is_anew=is_anew)
    return _SAMPLES[row["kind"]](actor, charter, outlook)


def _preview(row: Mapping[str, Any], sample: _Sample) -> LetterPreview:
    kind = row["kind"]
    letters = []
    # the reader's own first: its subject heads the section
    languages = sorted(LANGUAGES, key=lambda language: language != reader_language())
    for language in languages if sample.members else ():
        with translation.override(language):
            letter = render_letter(f"alliance/email/{kind.replace('.', '_')}.html", _around(sample.context))
        letters.append(ReadLetter(language, letter.subject, letter.text))
    names = [organisation.name for organisation in sample.members]
    return LetterPreview(
        kind,
        _AUDIENCES[kind, row["variant"]],
        row["languages"],
        row["in_digests"],
        sorted(names, key=alphabet_key),
        letters,
    )


def _around(context: Mapping[str, Any]) -> dict[str, Any]:
    """What every letter reads beside its own facts; the recipient has no name yet."""
    return {
        "site": load_site(),
        "origin": settings.ORIGIN,
        "choices_url": reverse("notification-settings"),
        "recipient": SimpleNamespace(name=_("[name]"), actor=SimpleNamespace(is_host=False), time_zone=""),
        "compulsory_reason": "",
        **context,
    }


def _about(charter: Charter, **values: Any) -> dict[str, Any]:
    url = reverse("workspace:accession", args=[charter.key, charter.version])
    return {"charter": charter, "version": charter.version, "url": url, **values}


def _announced(
    actor: Actor, outlook: SupersessionOutlook, charter: Charter, *, carries_over: bool, is_anew: bool
) -> _Sample:
    """Members that have signed this charter, and whose signature carries over or does not.

    `is_anew`: although the version in force provides for it, none carries over.
    """
    earlier = outlook.superseded
    rule = SignatureRule.SIGN_ANEW if is_anew else earlier.later_signatures
    carried = carried_if_announced(charter, earlier, rule)
    rows = Organisation.objects.visible_to(actor).filter(
        pk__in={row for row in signatories_of(earlier) if (row in carried) == carries_over},
        state=OrganisationState.ACTIVE,
    )
    last = today() + timedelta(days=earlier.notice_days or 0)
    return _Sample(
        list(rows),
        _about(charter, carries_over=carries_over, objections_end=end_of_day(last) if carries_over else None),
    )


def _staying(actor: Actor, charter: Charter, outlook: SupersessionOutlook) -> _Sample:
    """Members that have signed an earlier version, and whose signature does not carry over."""
    rows = Organisation.objects.visible_to(actor).filter(
        pk__in=signatories_on_earlier(charter), state=OrganisationState.ACTIVE
    )
    staying = list(rows.exclude(pk__in=[row.pk for row in _carried(charter, outlook)]))
    return _Sample(staying, _about(charter, can_sign=True))


def _carried(charter: Charter, outlook: SupersessionOutlook) -> list[Organisation]:
    if charter.signatures != SignatureRule.CARRY_OVER:
        return []
    return [row.organisation for row in carried_accessions(charter, outlook.superseded)]


def _carrying_over(actor: Actor, charter: Charter, outlook: SupersessionOutlook) -> _Sample:
    """Members whose signature carries over; what becomes of the pledges of the first that has any."""
    del actor
    members = _carried(charter, outlook)
    first = outlook.first_moved([member.pk for member in members])
    counts = outlook.moved_of(first) if first else {}
    member = next((row for row in members if row.pk == first), members[0] if members else None)
    return _Sample(
        members, _about(charter, organisation=member, **{"following": 0, "returning": 0, **counts})
    )


def _returning(actor: Actor, charter: Charter, outlook: SupersessionOutlook) -> _Sample:
    """Members whose pledges return; the letter about the first."""
    returning = outlook.returning()
    members = {pledge.organisation.pk: pledge.organisation for pledge in returning}
    pledge = returning[0] if returning else None
    context = _about(
        charter,
        pledge=Pledge.objects.visible_to(actor).get(pk=pledge.pk) if pledge else None,
        organisation=pledge.organisation if pledge else None,
        commitment=_later_commitment(actor, pledge, outlook) if pledge else None,
        charter_version=charter.version,
    )
    return _Sample(list(members.values()), context)


def _later_commitment(actor: Actor, pledge: OpenPledge, outlook: SupersessionOutlook) -> Commitment | None:
    """What a pledge that returns will be to; what it is to now, where nothing takes its place."""
    mapping, rows = outlook.mapping, Commitment.objects.visible_to(actor)
    later_keys = mapping.later_keys(pledge.commitment_key) if mapping else ()
    later = rows.filter(charter=outlook.charter, key__in=later_keys).first()
    return later or rows.filter(charter=outlook.superseded, key=pledge.commitment_key).first()


_SAMPLES: Mapping[str, Callable[[Actor, Charter, SupersessionOutlook], _Sample]] = {
    "charter.put_in_force": _staying,
    "accession.carry_over": _carrying_over,
    "pledge.return": _returning,
}
