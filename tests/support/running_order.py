"""In which order what is named on the command line is collected."""

from collections.abc import Iterable


def files_above_first(arguments: Iterable[str]) -> list[str]:
    """The paths, those with fewer folders first, else as they were named.

    pytest 9.1 collects the folder of a file that is named anew, and everything below it: tests that are collected
    after that no longer find the fixtures of a conftest.py there which was read before (pytest-dev/pytest#14635).
    """
    return sorted(arguments, key=lambda argument: argument.partition("::")[0].rstrip("/").count("/"))
