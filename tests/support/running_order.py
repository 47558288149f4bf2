"""In which order what is named on the command line is collected."""

from collections.abc import Iterable
from pathlib import Path


def files_above_first(arguments: Iterable[str]) -> list[str]:
    """The paths, those with fewer folders first, else as they were named; from the root or not.

    pytest 9.1 collects the folder of a file that is named anew, and everything below it: tests that are collected
    after that no longer find the fixtures of a conftest.py there which was read before (pytest-dev/pytest#14635). Those
    that it gives to each test by itself are missed without a word: practices were refused for want of a charter.
    """
    return sorted(arguments, key=lambda argument: len(Path(argument.partition("::")[0]).resolve().parts))
