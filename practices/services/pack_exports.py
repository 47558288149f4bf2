"""A practice to take away for programs: as a prompt, a pack, a STIX bundle, a MISP event. Each leaves a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.kernel.access import Actor
from practices.enums import Label
from practices.models import Practice, Version
from practices.packs.prompts import format_prompt, has_prompt
from practices.packs.threat_exchange import misp_event, stix_bundle
from practices.queries.exports import Export, export_of, file_stem
from practices.queries.practices import latest_version
from practices.services.access_log import log_access
from practices.services.pack_files import pack_zip, shared_practice


@dataclass(frozen=True, slots=True)
class PackExport:
    """A file to be saved."""

    content: bytes
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class _Form:
    """How a practice is written in one form; None where it has nothing of the kind."""

    ending: str
    media_type: str
    write: Callable[[Actor, Export, Version | None], bytes | None]


def _prompt(actor: Actor, export: Export, version: Version | None) -> bytes | None:
    del actor, version
    if not has_prompt(export.content):
        return None
    practice = export.practice
    label = Label(practice.label).label
    return format_prompt(export.content, label, export.number, practice.language).encode()


def _stix(actor: Actor, export: Export, version: Version | None) -> bytes:
    return stix_bundle(shared_practice(actor, export, version))


def _misp(actor: Actor, export: Export, version: Version | None) -> bytes:
    return misp_event(shared_practice(actor, export, version))


_FORMS: Mapping[str, _Form] = {
    "prompt": _Form("prompt.txt", "text/plain; charset=utf-8", _prompt),
    "pack": _Form("pack.zip", "application/zip", pack_zip),
    "stix": _Form("stix.json", "application/stix+json", _stix),
    "misp": _Form("misp.json", "application/json", _misp),
}


def export_pack(actor: Actor, practice: Practice, form: str) -> PackExport | None:
    """The practice in this form, as the actor may take it away; None where it has no policy to make a prompt of.

    The caller has found the practice through `visible_to`; the access is logged for its source.
    """
    chosen, export = _FORMS[form], export_of(actor, practice)
    content = chosen.write(actor, export, latest_version(actor, practice))
    if content is None:
        return None
    log_access(actor, practice, form)
    return PackExport(content, f"{file_stem(export)}-{chosen.ending}", chosen.media_type)
