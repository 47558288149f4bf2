"""RULES of what visitors do on public pages: follow, search, verify, ask, apply, accede."""

_VISIBLE = "tests/test_visibility.py::test_a_row_is_visible_to_whom_its_line_names"
_APPLICATIONS = "tests/alliance/services/test_applications.py"
_SUPPORTERS = "tests/alliance/services/test_supporters.py"
_CERTIFICATES = "tests/alliance/web/public/test_certificates.py"
_MADE_FILES = "tests/alliance/web/public/test_publication_files.py"
_VERIFY = "tests/alliance/web/public/test_verify.py"
_QUESTIONS = "tests/alliance/web/public/test_public_questions.py"
_FOLLOWING = "tests/alliance/web/public/test_following.py"
_SEARCH = "tests/alliance/web/public/test_search.py"
_SEARCH_INDEX, _SEARCH_WORDS = (
    f"tests/alliance/web/public/test_search_{part}.py" for part in ("index", "words")
)
_MOST_WORDS = f"{_SEARCH_WORDS}::test_a_question_is_answered_by_texts_that_have_most_of_its_words"
_MISSPELT = f"{_SEARCH_WORDS}::test_a_misspelt_word_is_put_right_and_can_be_searched_as_typed"
VISITOR_RULES = {
    # --- following
    "Each letter has a link to end it. What is not confirmed within 48 hours is deleted.":
        f"{_FOLLOWING}::test_a_confirmation_is_good_for_two_days_and_then_purged",
    "You follow nothing any more": f"{_FOLLOWING}::test_one_subject_ends_by_itself_and_the_last_one_erases_the_address",
    "You no longer get letters about the public record, and your e-mail address is erased.":
        f"{_FOLLOWING}::test_a_mail_program_ends_it_with_one_click",
    "It was not used within 48 hours, or its address follows nothing any more.":
        f"{_FOLLOWING}::test_a_confirmation_is_good_for_two_days_and_then_purged",
    "If everything is right, a letter with a link is on its way. The link is valid for 48 hours; letters about what is "
    "new begin once you have used it.":
        f"{_FOLLOWING}::test_nothing_is_sent_before_the_address_is_confirmed",
    "Nobody reads the address in the portal.":
        f"{_FOLLOWING}::test_subscribers_are_unreadable_and_exported_to_themselves",
    # --- secret links
    "Nothing was sent.":
        "tests/alliance/web/public/test_supporters.py"
        "::test_words_sent_by_a_link_that_ended_meanwhile_are_given_back",
    "What you typed is below, for you to copy.":
        "tests/alliance/web/public/test_supporters.py"
        "::test_words_sent_by_a_link_that_ended_meanwhile_are_given_back",
    # --- search
    "Only what is public is searched.": f"{_SEARCH_INDEX}::test_withheld_answers_are_not_in_the_results",
    "Only the words themselves are searched.":
        f"{_SEARCH_WORDS}::test_only_the_words_themselves_are_found_without_synonyms",
    "Nothing in the record is written “{{ asked }}”.": _MISSPELT,
    "Nothing in the record says “{{ asked }}”": _MISSPELT,
    "No text has all {{ all }} words. Shown are those with {{ least }} of them.": _MOST_WORDS,
    **dict.fromkeys(
        (
            "No practice has all {{ all }} words. Shown are those with {{ least }} of them.",
            "Nothing found for “{{ asked }}”. Results for “{{ instead }}”:",
        ),
        "tests/practices/web/public/test_lists.py::"
        "test_words_that_stand_elsewhere_in_the_record_alone_are_nowhere_among_practices",
    ),
    **dict.fromkeys(
        (
            "There are more than %(most)s results. These are %(most)s of them: some of each kind, and not always the "
            "best.",
            "{{ most }} of them are shown and counted: some of each kind, and not always the best. Narrow the search "
            "down, or add a word.",
        ),
        "tests/alliance/web/public/test_search_limits.py::"
        "test_of_more_than_are_ranked_the_newest_are_first_in_the_feed_and_the_table_says_that_it_is_cut",
    ),
    "Nothing matches with these choices": f"{_SEARCH}::test_facets_narrow_and_count",
    "These words are in almost every text": f"{_SEARCH_WORDS}::test_stop_words_alone_ask_for_another_word",
    "There is no publication No. {{ number }}: the last is No. {{ last }}.":
        f"{_VERIFY}::test_the_number_of_a_publication_leads_to_its_page",
    **dict.fromkeys(
        ("There is no word to search for", "Only words to leave out are given"),
        f"{_SEARCH_WORDS}::test_signs_and_words_to_leave_out_are_called_so",
    ),
    "Commitments, promises, reports, figures, verdicts, practices, supporters and texts of the site, in all languages. "
    "Write words, a “phrase” in quotation marks, or a question.":
        f"{_SEARCH_WORDS}::test_an_answer_is_found_by_its_words_and_by_synonyms_in_either_language",
    **dict.fromkeys(
        (
            "{{ yes }} of {{ all }} says yes", "{{ yes }} of {{ all }} say yes",
            "each service, or member, counts once",
        ),
        "tests/alliance/web/public/test_search_figures.py::"
        "test_the_search_lists_yes_or_no_and_figures_of_whole_members_over_two_cycles",
    ),
    # --- certificates and digests
    "It certifies what {{ name }} signed, when, and that it is in force. Its address and digest let anybody verify it.":
        f"{_CERTIFICATES}::test_the_file_and_the_publication_are_verified_by_their_digests",
    "This is no SHA-256": f"{_CERTIFICATES}::test_what_is_no_digest_of_ours_is_refused_in_words",
    **dict.fromkeys(
        (
            "Genuine, but no longer current",
            "Each has a digest of its own, by which anybody can check what they have.",
            "It is as it was published, and nothing newer stands in its place.",
        ),
        f"{_MADE_FILES}::test_a_correction_has_files_of_its_own_and_those_before_are_named_as_replaced",
    ),
    **dict.fromkeys(
        (
            "The last link stands for the whole record up to No. {{ number }}. Keep it where the alliance cannot "
            "change it, and paste it here next year: if it is still in the chain, nothing before it was changed or "
            "taken out.",
            "Whoever has kept it knows: every publication up to it is what it was that day. None was changed, taken "
            "out or put in between.",
            "Then it is in the chain no more. If it was copied whole, the record is not the one that you saw that day: "
            "tell the secretariat, and others who keep links.",
        ),
        "tests/alliance/web/public/test_verify.py::test_a_link_of_the_chain_is_known_up_to_its_publication",
    ),
    "Genuine, but no longer the last file": f"{_MADE_FILES}::test_a_reply_makes_another_file_of_the_same_revision",
    **dict.fromkeys(
        (
            "This file is no longer here",
            "The digest of every publication and of every file made of it is kept for good, also of those that were "
            "replaced or withdrawn.",
        ),
        f"{_MADE_FILES}::test_the_files_of_a_withdrawn_report_are_gone_and_their_digests_are_known",
    ),
    "No file of this revision was built yet.":
        f"{_MADE_FILES}::test_a_report_of_which_no_file_was_asked_for_says_so",
    "Every publication, and every file made of it, has a digest. Here you learn what a file is, when it was published "
    "and whether it is current.":
        f"{_MADE_FILES}::test_a_report_has_its_files_in_both_languages_once_it_is_published",
    **dict.fromkeys(
        (
            "{{ all }} digest is known.",
            "{{ all }} digests are known.",
            "The first {{ prefix_length }} of the 64 characters of the digest, as one in {{ all }} of all files has "
            "them. All known digests that begin with them come to your browser and are compared there: nobody learns "
            "which file you have.",
        ),
        f"{_VERIFY}::test_the_list_has_all_digests_that_begin_so_and_no_other",
    ),
    **dict.fromkeys(
        (
            "All digests (text)",
            "All digests with the numbers of their publications are one list, compressed about {{ size }}. With it a "
            "file is known as genuine on your device alone; whether it is current the portal says.",
        ),
        f"{_VERIFY}::test_the_whole_list_names_each_digest_once_with_its_publication",
    ),
    "Publications are <a href=\"{{ chain_url }}\">chained</a>: each link is made of the one before. A change of an old "
    "one changes all links after it.":
        "tests/portal/kernel/publishing/test_chain.py::test_an_altered_left_out_or_inserted_entry_breaks_the_chain",
    **dict.fromkeys(
        (
            "Shown is only what got worse. Of corrections and withdrawn publications nobody can say that: they are "
            "left out.",
            "Nothing that this page counts got worse in between.",
        ),
        "tests/alliance/web/public/test_changes.py::"
        "test_only_what_got_worse_leaves_out_what_rose_and_moved_to_the_better",
    ),
    "Totals over services stand in the comparison of each indicator. Withheld figures are in no file.":
        "tests/alliance/web/public/test_figures.py::test_withheld_figures_have_no_value_on_the_page_nor_in_its_files",
    "The CSV is made when it is asked for: unlike the stored files it has no digest in the record.":
        "tests/alliance/web/public/test_report_downloads.py::"
        "test_the_head_of_a_report_says_that_no_digest_of_its_csv_is_known",
    "CSV and JSON are made when they are asked for: unlike stored files they have no digest in the record.":
        "tests/alliance/web/public/test_report_downloads.py::"
        "test_files_made_when_asked_for",
    "They say so on every page or sheet and have no publication number.":
        "tests/alliance/documents/test_draft_pdf.py::"
        "test_every_page_title_and_file_name_of_a_draft_says_that_it_is_one",
    "The file has no content; the download may have been cut off. Download it again.":
        f"{_VERIFY}::test_an_empty_file_is_called_so",
    "Only the first {{ most_files }} are checked. Choose the others afterwards.":
        f"{_VERIFY}::test_several_files_are_answered_one_by_one",
    # --- questions of the public
    **dict.fromkeys(
        (
            "Nobody reads it until you have used the link in our e-mail. Nothing can be attached.",
            "Nobody reads your complaint until you confirm it.",
            "Nobody reads your question until you confirm it.",
            "If everything is right, a letter with a link is on its way. The link confirms your question and is valid "
            "for {{ n }} day.",
            "If everything is right, a letter with a link is on its way. The link confirms your question and is valid "
            "for {{ n }} days.",
            "No letter after some minutes? Look among unwanted e-mail, then send the form again.",
        ),
        f"{_QUESTIONS}::test_nobody_reads_it_before_its_address_is_confirmed",
    ),
    **dict.fromkeys(
        (
            "This link is no longer valid",
            "question and answer are no longer public",
            "the link no longer works",
        ),
        f"{_QUESTIONS}::test_an_asker_who_withdraws_is_erased_at_once",
    ),
    **dict.fromkeys(
        (
            "**It is not for reporting illegal content, and nobody here can help in an emergency.** If a child is in "
            "danger, call the emergency number of your country.",
            "Nothing can be attached.",
        ),
        f"{_QUESTIONS}::test_the_form_says_first_what_it_is_not_for",
    ),
    "Question and answer become public only if you agree, the member agrees to its answer, and the secretariat "
    "publishes them.":
        f"{_QUESTIONS}::test_it_is_public_when_asker_member_and_manager_agree_and_each_takes_it_back",
    # --- applications for membership
    **dict.fromkeys(
        (
            "Your organisation asks to join. The secretariat reads the application and answers by e-mail; nothing of "
            "it is public before you are admitted.",
            "Nothing of it was published. It is deleted after a year.",
            "Nothing of it was published. It is deleted after a year; you can apply again at any time.",
        ),
        f"{_APPLICATIONS}::test_an_admitted_organisation_is_published_and_its_applicant_invited",
    ),
    **dict.fromkeys(
        (
            "If everything is right, a letter with a link is on its way. The link that confirms your application is "
            "valid for {{ n }} day.",
            "If everything is right, a letter with a link is on its way. The link that confirms your application is "
            "valid for {{ n }} days.",
            "This link is no longer valid",
            "Use the link in the latest e-mail about your application. If you have none, apply again or write to the "
            "secretariat.",
        ),
        f"{_APPLICATIONS}::test_a_later_letter_ends_the_link_of_the_one_before",
    ),
    "No letter after some minutes? Look among unwanted e-mail, then send the form again: your organisation has one "
    "application all the same.": (
        f"{_APPLICATIONS}::test_the_same_organisation_has_one_application_and_an_address_at_most_three"
    ),
    "The secretariat is notified and no longer deals with it.": (
        f"{_APPLICATIONS}::test_a_withdrawn_application_cannot_be_admitted"
    ),
    # --- supporters
    **dict.fromkeys(
        (
            "Nothing is public until you have used the link in our e-mail. An entry that is not confirmed is deleted.",
            "If everything is right, a letter with a link is on its way. A link that confirms an accession is valid "
            "for {{ n }} day.",
            "If everything is right, a letter with a link is on its way. A link that confirms an accession is valid "
            "for {{ n }} days.",
        ),
        f"{_SUPPORTERS}::test_an_entry_is_public_once_its_link_is_used",
    ),
    **dict.fromkeys(
        (
            "This link is no longer valid: it was used up, a later one has replaced it, or its time has passed. Ask "
            "for a new one.",
            "No letter after some minutes? Look among unwanted e-mail, then send the form again: your organisation "
            "gets one entry all the same.",
        ),
        f"{_SUPPORTERS}::test_asked_twice_there_is_one_entry_and_the_last_link_counts",
    ),
    **dict.fromkeys(
        (
            "Enter the e-mail of the entry: a link goes there, for each entry that has this address.",
            "The entry has left the directory, and its e-mail is deleted.",
            "The answer is the same whether there is such an entry or not.",
        ),
        f"{_SUPPORTERS}::test_a_link_is_asked_for_by_the_e_mail_and_changes_or_ends_the_entry",
    ),
    **dict.fromkeys(
        (
            "Accession takes five minutes: the name, who signs, and an e-mail that only the secretariat sees.",
            "Only for the secretariat",
        ),
        _VISIBLE,
    ),
    "No charter is open to supporters now.": f"{_SUPPORTERS}::test_without_an_open_charter_nobody_accedes",
    # they have no people, no area and so nothing to pledge or to report with
    **dict.fromkeys(
        (
            "Supporters uphold the values of the charter. They make no pledges here and file no reports.",
            "Schools, libraries, parents and others who have acceded to the charter “{{ title }}”. They uphold its "
            "values; they make no pledges here and file no reports.",
            "Schools, libraries, parents and others who have acceded to a charter of the alliance. They make no "
            "pledges here and file no reports.",
        ),
        f"{_SUPPORTERS}::test_an_entry_is_public_once_its_link_is_used",
    ),
}  # fmt: skip
