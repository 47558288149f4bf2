"""A strict reader of calendar files by RFC 5545, for the components that the portal writes."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

_LINE = re.compile(r'([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]+))*):(.*)', re.S)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
_TEXTS = ("SUMMARY", "DESCRIPTION", "UID", "X-WR-CALNAME", "PRODID")
# how often a property may stand in a component: exactly once, or once at most
_ONCE = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
_AT_MOST = {
    "VCALENDAR": {"CALSCALE", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "X-WR-CALNAME"},
    "VEVENT": {
        "DTEND", "LAST-MODIFIED", "SEQUENCE", "STATUS", "SUMMARY", "DESCRIPTION", "URL", "TRANSP",
    },
    "VTIMEZONE": set(),
    "STANDARD": set(),
}  # fmt: skip


@dataclass
class Component:
    """A component: its properties by name with their parameters, texts unescaped, and those within it."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    components: list["Component"] = field(default_factory=list)


def read_icalendar(content: bytes) -> Component:
    """The calendar of a file; fails with an AssertionError on anything that the standard does not allow."""
    text = content.decode()  # UTF-8, no letter cut in two by a fold
    assert text.endswith("\r\n")
    raw = text[:-2].split("\r\n")
    for line in raw:
        assert len(line.encode()) <= 75, line
        assert not _CONTROL.search(line), line
        line.encode().decode()
    stack: list[Component] = [Component("")]
    for line in "\r\n".join(raw).replace("\r\n ", "").split("\r\n"):
        match = _LINE.fullmatch(line)
        assert match, line
        name, parameters, value = match.groups()
        if name == "BEGIN":
            stack.append(Component(value))
            stack[-2].components.append(stack[-1])
        elif name == "END":
            _check(stack.pop(), value)
        else:
            assert not stack[-1].components, f"{name} after a component"
            assert name not in stack[-1].properties, f"{name} twice"
            stack[-1].properties[name + parameters] = _value(name, parameters, value)
    (root,), (calendar,) = stack, stack[0].components
    assert root.name == ""
    assert calendar.name == "VCALENDAR"
    assert calendar.components, "a calendar has a component"
    uids = [each.properties["UID"] for each in calendar.components if each.name == "VEVENT"]
    assert len(set(uids)) == len(uids)
    return calendar


def events_of(calendar: Component) -> list[dict[str, str]]:
    return [each.properties for each in calendar.components if each.name == "VEVENT"]


def _check(component: Component, end: str) -> None:
    assert component.name == end
    names = [name.partition(";")[0] for name in component.properties]
    assert _ONCE[end] <= set(names), (end, names)
    assert set(names) <= _ONCE[end] | _AT_MOST[end], (end, names)
    if end == "VEVENT" and "DTEND;VALUE=DATE" in component.properties:
        assert component.properties["DTEND;VALUE=DATE"] > component.properties["DTSTART;VALUE=DATE"]


def _value(name: str, parameters: str, value: str) -> str:
    if name in _TEXTS:
        assert _TEXT.fullmatch(value), value
        return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)
    if parameters == ";VALUE=DATE":
        date(int(value[:4]), int(value[4:6]), int(value[6:8]))
        assert len(value) == 8
    elif name in ("DTSTAMP", "LAST-MODIFIED"):
        datetime.strptime(value, "%Y%m%dT%H%M%SZ")  # UTC, by the letter at its end
    elif name == "SEQUENCE":
        assert value.isdecimal()
    elif name == "STATUS":
        assert value in ("CONFIRMED", "TENTATIVE", "CANCELLED")
    elif name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"):
        assert re.fullmatch(r"PT\d+H", value)
        assert name[0] == "X" or parameters == ";VALUE=DURATION"
    elif name == "URL":
        assert re.fullmatch(r"https?://[\x21-\x7e]+", value), value
    elif (name, value) not in (("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("TRANSP", "TRANSPARENT")):
        assert name in ("TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO"), (name, value)
    return value
