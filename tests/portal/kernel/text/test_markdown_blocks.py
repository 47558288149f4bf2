"""People's Markdown as data for typesetting: every construct, and nothing that acts."""

from typing import Any

import pytest

from portal.kernel.text import to_blocks


def plain(runs: list[dict[str, Any]]) -> str:
    return "".join(run.get("text", "\n") for run in runs)


def test_blocks_are_distinguished() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    text = f"A *b* **c** `d` ~~e~~\n\n# H\n\n3. x\n4. y\n\n- z\n\n> q\n\n    code\n\n---\n\n{table}"

    blocks = to_blocks(text)

    assert [block["is"] for block in blocks] == [
        "para", "heading", "list", "list", "quote", "code", "rule", "table",
    ]  # fmt: skip
    marked = {
        run["text"] for run in blocks[0]["runs"] if run.get("italic") or run.get("bold") or run.get("struck")
    }
    assert marked == {"b", "c", "e"}
    assert [run["text"] for run in blocks[0]["runs"] if run["code"]] == ["d"]
    assert (blocks[2]["start"], blocks[3]["start"]) == (3, 0)
    assert [[plain(cell) for cell in row] for row in blocks[7]["rows"]] == [["a", "b"], ["1", "2"]]


def test_lists_hold_blocks() -> None:
    (outer,) = to_blocks("- a\n\n  - b\n\n  c\n")

    assert [block["is"] for block in outer["items"][0]] == ["para", "list", "para"]


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert)",
        "[a](data:text/html,x)",
        "![a](javascript:x)",
        "<b>a</b>",
        "[a](//evil.example)",
    ],
)
def test_nothing_leads_anywhere_but_to_pages(text: str) -> None:
    (block,) = to_blocks(text)

    assert not any(run.get("url") for run in block["runs"])
    assert "a" in plain(block["runs"])


def test_links_and_pictures_keep_their_address() -> None:
    (block,) = to_blocks("[a](https://example.org/a) ![p](https://example.org/p.png) b")

    assert [(run["text"], run.get("url")) for run in block["runs"] if run.get("url")] == [
        ("a", "https://example.org/a"), ("p", "https://example.org/p.png"),
    ]  # fmt: skip
    assert not block["runs"][-1].get("url")
