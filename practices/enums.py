"""Labels, states and the words by which practices are described and found."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Label(TextChoices):
    """TLP 2.0 as FIRST defines it. Each label is a set of readers of its own, no step of an order; never translated."""

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"
    AMBER_STRICT = "amber_strict", "TLP:AMBER+STRICT"
    RED = "red", "TLP:RED"


# Readers of these are named: nobody else learns that the record exists.
NAMED_LABELS = (Label.AMBER, Label.AMBER_STRICT, Label.RED)
# Of these a practice can be opened to the community on the same record.
OPENABLE_LABELS = (Label.AMBER, Label.AMBER_STRICT)
# These go through moderation before they are shared.
OPEN_LABELS = (Label.CLEAR, Label.GREEN)
# Under this label leaves the portal what only the earlier readers of an opened practice see (`models.Part`).
EARLIER_LABEL = Label.AMBER_STRICT


def strictest(*labels: str) -> str:
    """The label that a message about several records carries. No order of readers: each record has its own."""
    return max(labels, key=Label.values.index)


class PracticeState(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_MODERATION = "in_moderation", _("In moderation")
    SHARED = "shared", _("Shared")
    RETIRED = "retired", _("Retired")
    RECALLED = "recalled", _("Recalled")


# Whom the label names may read it; before and after, those alone whose it is.
RELEASED_STATES = (PracticeState.SHARED, PracticeState.RETIRED)
UNRELEASED_STATES = (PracticeState.DRAFT, PracticeState.IN_MODERATION)
# In these states the working copy may be changed.
WRITABLE_STATES = (PracticeState.DRAFT, PracticeState.SHARED)


class PublicState(TextChoices):
    """The state in the public record of a practice that is, or was, public."""

    SHARED = "shared", _("Shared")
    RETIRED = "retired", _("Retired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PracticeKind(TextChoices):
    TECHNIQUE = "technique", _("Technique")
    CASE_STUDY = "case_study", _("Case study")
    TOOL = "tool", _("Tool")
    RESEARCH = "research", _("Research")
    ALERT = "alert", _("Alert")


class PracticeStage(TextChoices):
    IDEA = "idea", _("Idea")
    TRIAL = "trial", _("Trial")
    PROVEN = "proven", _("Proven")
    DEPRECATED = "deprecated", _("Deprecated")


class EvidenceGrade(TextChoices):
    """How far the results can be trusted, in order."""

    UNTESTED = "untested", _("Untested")
    TENTATIVE = "tentative", _("Tentative")
    POSSIBLE = "possible", _("Possible")
    LIKELY = "likely", _("Likely")
    CONVINCING = "convincing", _("Convincing")


class ContentType(TextChoices):
    TEXT = "text", _("Text")
    IMAGE = "image", _("Images")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    LIVE = "live", _("Live broadcasts")
    VOICE = "voice", _("Voice rooms")
    LINK = "link", _("Links")
    PROFILE = "profile", _("Profiles")
    GAME = "game", _("In-game items")
    ADVERTISING = "advertising", _("Advertising")


class ServiceKind(TextChoices):
    MESSENGER = "messenger", _("Messenger")
    SOCIAL_NETWORK = "social_network", _("Social network")
    VIDEO_HOSTING = "video_hosting", _("Video hosting")
    SEARCH = "search", _("Search")
    GAME = "game", _("Games")
    MARKETPLACE = "marketplace", _("Marketplace")
    FORUM = "forum", _("Forum or comments")
    MEDIA = "media", _("Media")
    TELECOM = "telecom", _("Telecom operator")
    STORAGE = "storage", _("Cloud storage")
    APP_STORE = "app_store", _("App store")
    SECURITY = "security", _("Security software")


class Encryption(TextChoices):
    """Whether a practice works where messages are end-to-end encrypted."""

    WORKS = "works", _("Works with end-to-end encryption")
    WITHOUT = "without", _("Only without end-to-end encryption")
    IRRELEVANT = "irrelevant", _("Does not concern messages")


class AgeBand(TextChoices):
    UNDER_7 = "0-6", _("Under 7")
    FROM_7 = "7-12", "7–12"
    FROM_13 = "13-15", "13–15"
    FROM_16 = "16-17", "16–17"


class ClassOutcome(TextChoices):
    """What a policy says of whatever falls into one of its classes."""

    VIOLATING = "violating", _("Not allowed")
    ALLOWED = "allowed", _("Allowed")


class AttachmentKind(TextChoices):
    """What a file beside a practice is. The last two are read by the portal alone: no page and no export has them."""

    FILE = "file", _("Document, table or picture")
    TEST_SET = "test_set", _("Test set")
    HASH_LIST = "hash_list", _("Hash list")
    KEYWORD_LIST = "keyword_list", _("Word list")
    RULES = "rules", _("Detection rules")
    HELD_ROWS = "held_rows", _("Rows held back")
    ANSWERS = "answers", _("Answers of a run")


INTERNAL_KINDS = (AttachmentKind.HELD_ROWS, AttachmentKind.ANSWERS)
# What can be added by hand.
LISTED_KINDS = tuple(kind for kind in AttachmentKind if kind not in INTERNAL_KINDS)
SIGNAL_KINDS = (AttachmentKind.HASH_LIST, AttachmentKind.KEYWORD_LIST, AttachmentKind.RULES)


class RunKind(TextChoices):
    """Who gave the answers of a run; all but a model are what a model is compared with."""

    MODEL = "model", _("A model")
    WORD_LIST = "word_list", _("A word list")
    PERSON = "person", _("A moderator")


class HashAlgorithm(TextChoices):
    """Algorithms of hash lists; perceptual ones find what looks alike."""

    MD5 = "md5", "MD5"
    SHA1 = "sha1", "SHA-1"
    SHA256 = "sha256", "SHA-256"
    PDQ = "pdq", "PDQ"
    PHOTODNA = "photodna", "PhotoDNA"
    TMK = "tmk", "vPDQ / TMK"


class StepBy(TextChoices):
    """Who takes a step of a method."""

    STARTS = "starts", _("Trigger")
    AUTOMATIC = "automatic", _("automatic")
    PERSON = "person", _("a person decides")


class PermittedUse(TextChoices):
    READ = "read", _("Read and learn")
    USE = "use", _("Use as it is")
    ADAPT = "adapt", _("Use and adapt")


class Attribution(TextChoices):
    SOURCE = "source", _("Name the source")
    AUTHORS = "authors", _("Name the source and the authors")
    NONE = "none", _("Do not name the source")


class RelationKind(TextChoices):
    DERIVES = "derives", _("Derives from")
    MERGES = "merges", _("Merges")
    REPLACES = "replaces", _("Replaces")


class AdoptionState(TextChoices):
    CONSIDERING = "considering", _("Considering")
    TRIAL = "trial", _("On trial")
    IN_USE = "in_use", _("In use")
    DISCONTINUED = "discontinued", _("Discontinued")


class Comparison(TextChoices):
    """With what the number after was compared."""

    BEFORE_AFTER = "before_after", _("Before and after")
    RANDOM_HALF = "random_half", _("A random part with it, another without")
    ELSEWHERE = "elsewhere", _("Another region or group without it")


class QuestionCause(TextChoices):
    """Why an organisation is asked whether a practice still works."""

    AGE = "age", _("The last result is a year old.")
    VERSION = "version", _("A new version changed the method.")


class ReactionKind(TextChoices):
    WORKS = "works", _("Works for us")
    SEEN = "seen", _("Seen this too")
    WANT = "want", _("Want to know more")
    OUTDATED = "outdated", _("Outdated")
    THANKS = "thanks", _("Thank you")


class TranslationState(TextChoices):
    DRAFT = "draft", pgettext_lazy("translation", "Of the working copy")
    OFFERED = "offered", pgettext_lazy("translation", "Offered")
    IN_MODERATION = "in_moderation", pgettext_lazy("translation", "In moderation")
    SHARED = "shared", pgettext_lazy("translation", "Shared")
    DECLINED = "declined", pgettext_lazy("translation", "Declined")
    REPLACED = "replaced", pgettext_lazy("translation", "Replaced by a newer one")
    WITHDRAWN = "withdrawn", pgettext_lazy("translation", "Withdrawn")


class OriginalChange(TextChoices):
    """What has become in a working copy of a text that was translated."""

    CHANGED = "changed", _("Changed in the original")
    GONE = "gone", _("No longer in the original")
    CHANGED_OR_GONE = "changed_or_gone", _("Changed in the original, or no longer there")


class OpeningState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("opening", "Waiting for the secretariat")
    SHARED = "shared", pgettext_lazy("opening", "Open to the community")
    RETURNED = "returned", pgettext_lazy("opening", "Returned")
    TAKEN_BACK = "taken_back", pgettext_lazy("opening", "Withdrawn")
    ENDED = "ended", pgettext_lazy("opening", "Overtaken by a change")


class RequestState(TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class AffiliationState(TextChoices):
    """Each language writes a state in the gender of its word for a proposal or an affiliation."""

    PROPOSED = "proposed", _("Waiting for the affiliate")
    CONFIRMED = "confirmed", _("Waiting for the secretariat")
    IN_FORCE = "in_force", pgettext_lazy("affiliation", "In force")
    DECLINED = "declined", pgettext_lazy("affiliation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("affiliation", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("affiliation", "Lapsed")
    ENDED = "ended", pgettext_lazy("affiliation", "Ended")


WAITING_AFFILIATION_STATES = (AffiliationState.PROPOSED, AffiliationState.CONFIRMED)
OPEN_AFFILIATION_STATES = (*WAITING_AFFILIATION_STATES, AffiliationState.IN_FORCE)


class AffiliationRelation(TextChoices):
    """What the affiliate is to the organisation that proposes it."""

    SUBSIDIARY = "subsidiary", _("belongs to it")
    PARENT = "parent", _("owns it")
    GROUP = "group", _("belongs to the same group")
    CONTRACTOR = "contractor", _("works for it under a contract")
    CLIENT = "client", _("is served by it and has to protect itself")


class AffiliationClosingCause(TextChoices):
    """Why the portal itself has closed one."""

    DATE = "date", _("The last day for confirming it is over.")
    LEFT = "left", _("One of the two organisations is no longer in the alliance.")
    KIND = "kind", _("One of the two organisations is now of a kind for which affiliates are not possible.")


class ImportStage(TextChoices):
    """The stage of an import."""

    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Failed")
    DISCARDED = "discarded", _("Discarded")


class ImportChoice(TextChoices):
    """What a file of an import is to become."""

    PRACTICE = "practice", _("Practice")
    VERSION = "version", _("New version")
    TRANSLATION = "translation", _("Translation")
    TEST_SET = "test_set", _("Test set")
    SCORES = "scores", _("Scores")
    PROMPT = "prompt", _("Prompt")
    LICENCE = "licence", _("Licence")
    RUNS = "runs", _("Runs")
    SIGNALS = "signals", _("Signals")
    ATTACHMENT = "attachment", _("Attachment")
    LEAVE_OUT = "leave_out", _("Leave out")
    REFUSED = "refused", _("Refused")


NOT_IMPORTED = (ImportChoice.LEAVE_OUT, ImportChoice.REFUSED)


class UnknownClassAnswer(TextChoices):
    """What to do with rows of a class that the policy does not have."""

    LEAVE_ROWS = "leave_rows", _("leave these rows out")
    ADD_VIOLATING = "violating", _("add the class to the policy: not allowed")
    ADD_ALLOWED = "allowed", _("add the class to the policy: allowed")


class ImportOutcome(TextChoices):
    """What has become of a file."""

    DRAFTED = "drafted", _("New draft")
    EDITED = "edited", _("Replaces a working copy")
    ADDED = "added", _("Added to its practice")
    REFUSED = "refused", _("Refused")


class UseFilter(TextChoices):
    """What of its use a practice is looked for by, as far as whoever looks may see it."""

    IN_USE = "in_use", _("In use by somebody")
    LIKE_OURS = "like_ours", _("On a service like ours")
    MEASURED = "measured", _("With a measured result")


class SearchOrder(TextChoices):
    """In which order practices are found: the words that end “We are dealing with … and want …”."""

    RELEVANCE = "relevance", _("whatever fits best")
    ADOPTIONS = "adoptions", _("anything used by others")
    EVIDENCE = "evidence", _("anything proven")
    NEWEST = "newest", _("anything new")
