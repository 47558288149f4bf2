"""To which policy of an import a file belongs: by its folder, then by its name, then by the classes that it names."""

import re
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from practices.files.archives import is_markdown
from practices.services.import_proposals import PlannedFile

_SAMPLE = 200_000  # bytes of a file in which classes are looked for
_WORD = re.compile(r"[^\W_]+")
_CLASS = re.compile(r"[^\W_][\w.+-]*")


def near_policies(planned: PlannedFile, policies: Sequence[PlannedFile]) -> list[PlannedFile]:
    """The policies of the file's folder, else of the nearest one above that has any.

    Raises DomainError where those that are nearest were refused: the file is not another one's for that.
    """
    folder = PurePosixPath(planned.folder)
    for place in (folder, *folder.parents):
        here = [each for each in policies if each.folder == str(place)]
        if readable := [each for each in here if is_readable_policy(each)]:
            return readable
        if any(_is_refused_policy(each) for each in here):
            raise DomainError(_("Its policy is refused. Correct that one, then import both again."))
    return []


def is_readable_policy(planned: PlannedFile) -> bool:
    """Whether it can become a practice, and is no README without a policy."""
    return planned.report.get("role") == "practice" and not planned.report.get("no_policy")


def _is_refused_policy(planned: PlannedFile) -> bool:
    is_readme = PurePosixPath(planned.name).stem.casefold() == "readme"
    return planned.report.get("role") == "refused" and is_markdown(planned.name) and not is_readme


def best_policy(planned: PlannedFile, near: Sequence[PlannedFile]) -> PlannedFile | None:
    """Of several the one whose name the file shares, else the one most of whose classes it names, else the first."""
    if len(near) < 2:
        return near[0] if near else None
    words = set(_CLASS.findall(planned.raw[:_SAMPLE].decode("utf-8", "replace")))
    return max(near, key=lambda each: (shared_name(planned, each, near), _named(words, each), -each.position))


def shared_name(planned: PlannedFile, policy: PlannedFile, near: Sequence[PlannedFile]) -> int:
    """How many words of its name the file shares with this policy and with no other of those near."""
    others = set().union(*(_words(each) for each in near if each is not policy))
    return len(_words(planned) & (_words(policy) - others))


def _words(planned: PlannedFile) -> set[str]:
    return set(_WORD.findall(PurePosixPath(planned.name).stem.casefold()))


def _named(words: Collection[str], policy: PlannedFile) -> int:
    return sum(key in words for key in policy.report.get("classes", ()))


def covered_policies(
    planned: PlannedFile, policies: Sequence[PlannedFile], licence_folders: Collection[str]
) -> list[PlannedFile]:
    """The policies of the folder of a licence and below, but for those with a nearer one; without any, those above."""
    folder = PurePosixPath(planned.folder)
    below = [
        each
        for each in policies
        if is_readable_policy(each) and PurePosixPath(each.folder).is_relative_to(folder)
    ]
    nearest = [each for each in below if _nearest(each, licence_folders) == planned.folder]
    return nearest if below else near_policies(planned, policies)


def _nearest(policy: PlannedFile, folders: Collection[str]) -> str:
    folder = PurePosixPath(policy.folder)
    return next((str(place) for place in (folder, *folder.parents) if str(place) in folders), "")
