"""Words typed while the keyboard was set to the other alphabet."""

import pytest

from portal.kernel.text import on_other_keyboard


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("uhevbyu", "груминг"),
        ("Nhfdkz d xfnt", "травля в чате"),
        ("<ekkbyu", "<уллинг"),
        (",ekkbyu", "буллинг"),
        ("пкщщьштп", "grooming"),
        ("12+", ""),
        ("groomинг", ""),
        ("bullying 13", "игдднштп 13"),
        ("Größe", ""),
    ],
)
def test_the_same_keys_write_the_other_alphabet(typed: str, meant: str) -> None:
    assert on_other_keyboard(typed) == meant
