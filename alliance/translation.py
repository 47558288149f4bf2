"""Which texts exist in every language, as columns of their own."""

from modeltranslation.translator import TranslationOptions, register

from alliance.models import (
    Chapter,
    Charter,
    Commitment,
    Cycle,
    CycleDateChange,
    FormerName,
    FormerServiceName,
    Harm,
    Indicator,
    KeyMapping,
    Measure,
    Organisation,
    Service,
    Site,
    SiteText,
)


@register(Site)
class SiteTranslation(TranslationOptions):
    fields = ("name", "short_name", "headline", "banner", "sender_name")


@register(SiteText)
class SiteTextTranslation(TranslationOptions):
    fields = ("text",)


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name", "sector")


@register(FormerName)
class FormerNameTranslation(TranslationOptions):
    fields = ("name",)


@register(Service)
class ServiceTranslation(TranslationOptions):
    fields = ("name", "sort")


@register(FormerServiceName)
class FormerServiceNameTranslation(TranslationOptions):
    fields = ("name",)


@register(Charter)
class CharterTranslation(TranslationOptions):
    fields = ("title", "summary", "note", "statement")


@register(Harm)
class HarmTranslation(TranslationOptions):
    fields = ("title", "note")


@register(Chapter)
class ChapterTranslation(TranslationOptions):
    fields = ("title",)


@register(Commitment)
class CommitmentTranslation(TranslationOptions):
    fields = ("short", "title", "text")


@register(Measure)
class MeasureTranslation(TranslationOptions):
    fields = ("title", "text")


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = ("title", "guidance", "explanation")


@register(CycleDateChange)
class CycleDateChangeTranslation(TranslationOptions):
    fields = ("reason",)


@register(Cycle)
class CycleTranslation(TranslationOptions):
    fields = ("title",)


@register(KeyMapping)
class KeyMappingTranslation(TranslationOptions):
    fields = ("reason",)
