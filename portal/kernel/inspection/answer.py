"""What an inspection answers where it refuses nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What is stored instead of the file, by name, none where it is good as it is; `facts`: what was learnt of it."""

    files: Sequence[tuple[str, bytes]] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
