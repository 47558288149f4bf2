"""A call in one piece of memory is the same call."""

import pytest

from portal.kernel.web.frames import in_one_piece


def depth(levels: int, *, name: str = "") -> str:
    return name or depth(levels - 1, name="deep" if levels == 1 else "")


def test_it_passes_on_what_it_is_given_and_what_is_raised() -> None:
    assert in_one_piece(depth)(200) == "deep"
    assert in_one_piece(depth)(1, name="named") == "named"
    with pytest.raises(TypeError):
        in_one_piece(depth)()  # type: ignore[call-arg]  # which is what is tried
