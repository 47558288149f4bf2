"""Earlier wordings of a narrative, from its field history."""

from alliance.models import Answer


def text_at_version(answer: Answer, version: int) -> str | None:
    """What the narrative said at this version: nothing before the first, None where the history does not have it.

    At most one query.

    The caller may see the answer, and so what it said before.
    """
    if version == answer.version:
        return answer.text
    if version < 1:
        return ""
    earlier: str | None = (
        answer.events.filter(version=version).order_by("-pgh_id").values_list("text", flat=True).first()  # type: ignore[attr-defined]  # of the field history
    )
    return earlier
