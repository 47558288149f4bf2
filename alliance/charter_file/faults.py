"""What is said of a charter file that is refused."""

from django.utils.translation import ngettext

from portal.kernel.plain_yaml import FileFaults


class CharterFaults(FileFaults):
    """The charter file is refused, and nothing of it was loaded."""

    def sentence(self, count: int) -> str:
        message = ngettext(
            "The charter file has %(count)d fault. Nothing was loaded.",
            "The charter file has %(count)d faults. Nothing was loaded.",
            count,
        )
        return message % {"count": count}
