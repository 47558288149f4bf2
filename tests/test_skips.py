"""What a machine lacks for a test is said by one function, which CI does not let pass."""

import re

import pytest

from portal.local.environment import ROOT
from tests.support import packages

_SKIPS = re.compile(r"pytest\.(skip|importorskip|xfail)\(|mark\.(skip|skipif|xfail)\b")


def test_tests_are_skipped_by_one_function_alone() -> None:
    skipping = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if _SKIPS.search(path.read_text(encoding="utf-8"))
    }

    assert skipping == {"tests/support/packages.py"}


@pytest.mark.parametrize(("value", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_what_is_required_fails(
    monkeypatch: pytest.MonkeyPatch, value: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("REQUIRE_BROWSER", value)

    with pytest.raises(outcome, match="no such program"):
        packages.unavailable("There is no such program here.")
