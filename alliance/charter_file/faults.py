"""The faults of a charter file that is refused."""

from django.utils.translation import ngettext

from portal.kernel.text.strict_yaml import FileFaults


class CharterFaults(FileFaults):
    """The charter file is refused, and nothing of it was loaded."""

    def sentence(self, count: int) -> str:
        message = ngettext(
            "The file has %(count)d error. Nothing was loaded.",
            "The file has %(count)d errors. Nothing was loaded.",
            count,
        )
        return message % {"count": count}
