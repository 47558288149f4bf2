"""Every kind of entry about a working copy or a draft is either kept from others or stands here as no secret."""

from alliance.queries.journal_drafts import OF_DRAFT, OF_ORGANISATION_ALONE, OF_WORKING_COPY
from alliance.queries.journal_wording import SENTENCES

# by what they are about: the kinds that say what others see anyway, the steps from which on they see it among them
KNOWN_TO_OTHERS = {
    "report_upload": set(),
    "table_mapping": set(),
    "evidence": {"open"},  # by whoever may open it
    "correction": {
        *("propose", "remind", "agree", "object", "consent", "lapse", "lapse_consent", "publish"),
        *("uphold_verdicts", "drop", "withdraw", "add_note"),
    },
    "pledge": {
        *(
            "sign",
            "return",
            "publish",
            "replace",
            "fulfil",
            "decide_target",
            "target_overdue",
            "withdraw",
            "follow",
        ),
    },
}


def test_each_kind_of_entry_about_a_draft_is_kept_from_others() -> None:
    hidden = {
        *OF_WORKING_COPY,
        *OF_ORGANISATION_ALONE,
        *(kind for kinds in OF_DRAFT.values() for kind in kinds),
    }
    about_drafts = {kind for kind in SENTENCES if kind.partition(".")[0] in KNOWN_TO_OTHERS}
    known = {f"{target}.{act}" for target, acts in KNOWN_TO_OTHERS.items() for act in acts}

    assert about_drafts - known == {kind for kind in hidden if not kind.startswith("report.")}
    assert hidden <= SENTENCES.keys()
    assert "report_upload.take_over" in hidden
