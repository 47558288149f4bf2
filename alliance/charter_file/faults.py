"""The faults of a charter file that is refused."""

from portal.kernel.text.strict_yaml import FileFaults


class CharterFaults(FileFaults):
    """The charter file is refused, and nothing of it was loaded."""
