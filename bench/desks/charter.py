"""A charter of as many commitments and measures as asked for, all due: the demonstration's, repeated."""

from copy import deepcopy

import yaml

from alliance.demo.files import CHARTERS, Record, load


def charter_file(commitments: int, measures: int) -> bytes:
    """So many commitments, each with so many measures, as a file to load; those of a chapter stay together."""
    charter = deepcopy(load(CHARTERS / "alliance.yaml"))
    originals = [each for chapter in charter["chapters"] for each in chapter["commitments"]]
    counts = {
        original["key"]: len(range(place, commitments, len(originals)))
        for place, original in enumerate(originals)
    }
    number = 0
    for chapter in charter["chapters"]:
        made = []
        for original in chapter["commitments"]:
            for repetition in range(counts[original["key"]]):
                number += 1
                made.append(_commitment(original, str(number), repetition, measures))
        chapter["commitments"] = made
    charter["chapters"] = [chapter for chapter in charter["chapters"] if chapter["commitments"]]
    _drop_missing_wholes(charter)
    return yaml.safe_dump(charter, allow_unicode=True, sort_keys=False).encode()


def _commitment(original: Record, code: str, repetition: int, measures: int) -> Record:
    """The commitment under a code of its own; from the second time on under keys of its own, too."""
    commitment = deepcopy(original)
    commitment |= {"key": original["key"] + _suffix(repetition), "code": code}
    # measures go on where those of the commitment before have ended: no key stands twice
    commitment["measures"] = _measures(commitment, measures, repetition * measures)
    return commitment


def _measures(commitment: Record, count: int, made: int) -> list[Record]:
    """So many of them, where so many were made of the same commitment before."""
    originals = commitment["measures"]
    places = range(made, made + count)
    return [
        _measure(
            originals[place % len(originals)],
            f"{commitment['code']}.{place - made + 1}",
            place // len(originals),
        )
        for place in places
    ]


def _measure(original: Record, code: str, repetition: int) -> Record:
    """The measure under a code of its own; from the second time on under keys of its own, too."""
    measure, suffix = deepcopy(original), _suffix(repetition)
    own_keys = {indicator["key"] for indicator in measure["indicators"]}
    measure |= {"key": measure["key"] + suffix, "code": code, "core": True}
    for letter, indicator in zip("abcdefghij", measure["indicators"], strict=False):
        indicator |= {"key": indicator["key"] + suffix, "code": f"{code}.{letter}"}
        if indicator.get("part_of") in own_keys:
            indicator["part_of"] += suffix
    return measure


def _suffix(repetition: int) -> str:
    return f"-{repetition + 1}" if repetition else ""


def _drop_missing_wholes(charter: Record) -> None:
    """A figure is a part of none that the charter does not have."""
    indicators = [
        indicator
        for chapter in charter["chapters"]
        for commitment in chapter["commitments"]
        for measure in commitment["measures"]
        for indicator in measure["indicators"]
    ]
    keys = {indicator["key"] for indicator in indicators}
    for indicator in indicators:
        if indicator.get("part_of") not in keys:
            indicator.pop("part_of", None)
