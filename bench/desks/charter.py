"""A charter of as many commitments and measures as asked for, all due: the demonstration's, with measures repeated."""

from copy import deepcopy

import yaml

from alliance.demo.files import CHARTERS, Record, load


def charter_file(commitments: int, measures: int) -> bytes:
    """The first so many commitments, each with so many measures, as a file to load."""
    charter = deepcopy(load(CHARTERS / "alliance.yaml"))
    left = commitments
    for chapter in charter["chapters"]:
        chapter["commitments"], left = (
            chapter["commitments"][:left],
            max(0, left - len(chapter["commitments"])),
        )
        for commitment in chapter["commitments"]:
            commitment["measures"] = _measures(commitment, measures)
    charter["chapters"] = [chapter for chapter in charter["chapters"] if chapter["commitments"]]
    _drop_missing_wholes(charter)
    return yaml.safe_dump(charter, allow_unicode=True, sort_keys=False).encode()


def _measures(commitment: Record, count: int) -> list[Record]:
    originals = commitment["measures"]
    return [
        _measure(originals[place % len(originals)], commitment["code"], place, place // len(originals))
        for place in range(count)
    ]


def _measure(original: Record, commitment: str, place: int, repetition: int) -> Record:
    """The measure under a code of its own; from the second time on under keys of its own, too."""
    measure, suffix = deepcopy(original), f"-{repetition + 1}" if repetition else ""
    own_keys = {indicator["key"] for indicator in measure["indicators"]}
    code = f"{commitment}.{place + 1}"
    measure |= {"key": measure["key"] + suffix, "code": code, "core": True}
    for letter, indicator in zip("abcdefghij", measure["indicators"], strict=False):
        indicator |= {"key": indicator["key"] + suffix, "code": f"{code}.{letter}"}
        if indicator.get("part_of") in own_keys:
            indicator["part_of"] += suffix
    return measure


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
