"""Translations of practices: by their authors or by readers, and what the source and the secretariat say to them."""

from dataclasses import dataclass

from alliance.demo.files import Record
from practices.demo.context import DemoContext, event_time
from practices.models import Translation, Version
from practices.services.translations import accept_translation, offer_translation, share_translation


@dataclass
class DemoTranslation:
    """One translation, by the person who wrote it."""

    context: DemoContext
    slug: str
    record: Record
    translation: Translation | None = None

    def schedule(self) -> None:
        moment = self.context.moment(event_time(self.record), 15)
        self.context.add(moment, self.offer)
        if "accepted_by" in self.record:
            self.context.add(self.context.moment(self.record["accepted"], 11), self.accept)
        if "shared_by" in self.record:
            self.context.add(self.context.moment(self.record["shared"], 12), self.share)

    def offer(self) -> None:
        with self.context.acting(self.record["by"]) as actor:
            practice = self.context.open_practice(self.slug, actor)
            version = Version.objects.filter(practice=practice).first()
            assert version is not None, "it is shared first"
            self.translation = offer_translation(
                actor,
                practice,
                language=self.record["language"],
                version_number=version.number,
                texts=self.record["texts"],
            )

    def accept(self) -> None:
        with self.context.acting(self.record["accepted_by"]) as actor:
            accept_translation(actor, self._latest)

    def share(self) -> None:
        with self.context.acting(self.record["shared_by"]) as actor:
            share_translation(actor, self._latest)

    @property
    def _latest(self) -> Translation:
        assert self.translation is not None, "it is offered first"
        self.translation.refresh_from_db()
        return self.translation
