"""Licences known by their text, and those of which nothing is said."""

import pytest

from practices.files.licences import licence_of, permitted_use_of

BSD = "Copyright (c) 2026 Aurora\n\nRedistribution and use in source and binary\nforms, with or without modification"
ADVERTISING = "All advertising materials mentioning features must display an acknowledgement."
NO_NAME = "Neither the name of Aurora nor those of its contributors may be used to endorse products."


@pytest.mark.parametrize(
    ("text", "name", "use"),
    [
        (BSD, "BSD-2-Clause", "adapt"),
        (f"{BSD}\n{NO_NAME}", "BSD-3-Clause", "adapt"),
        (f"{BSD}\n{ADVERTISING}\n{NO_NAME}", "", ""),
        ("Apache License\n   Version 2.0, January 2004", "Apache-2.0", "adapt"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "GPL-3.0", "adapt"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "", ""),
        ("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3", "", ""),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991", "", ""),
        ("Creative Commons Attribution-NonCommercial 4.0 International", "CC BY-NC 4.0", ""),
        ("Creative Commons Attribution 4.0 International Public License", "CC BY 4.0", "adapt"),
        ("Our own terms: ask us.", "", ""),
    ],
)
def test_a_licence_is_named_only_where_its_text_says_which_it_is(text: str, name: str, use: str) -> None:
    assert licence_of(text) == name
    assert permitted_use_of(name) == use
