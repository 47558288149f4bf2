"""Sentences of letters with "all", "every", "no": those that say how the portal works, each with its test; and those
that state nothing, or what their own event is."""

_SERVICES, _WEB = "tests/alliance/services", "tests/alliance/web"
_ACCOUNT_CHANGES = "tests/alliance/notify/test_account_changes.py"
_FREEZING = f"{_SERVICES}/test_freezing.py"
_FROZEN = f"{_FREEZING}::test_a_last_signatory_is_frozen_and_everything_ends_at_once"
_CLOSED = f"{_SERVICES}/test_account_decisions.py::test_a_closed_account_is_out_at_once_and_comes_back"
_CREDENTIALS = (
    f"{_WEB}/account/test_key_rotation.py::test_credentials_that_end_take_password_sessions_and_tokens_along"
)
_RECOVERY = f"{_WEB}/account/test_second_factors.py::test_a_recovery_code_works_once_and_is_notified"
_INTEREST = f"{_SERVICES}/test_assignments.py::test_a_declared_interest_takes_away_what_is_assigned"
_INVITATIONS = f"{_SERVICES}/test_invitations.py"
_IMPORTS = f"{_SERVICES}/test_supporter_imports.py"
_IMPORT_CHECKS = f"{_SERVICES}/test_supporter_import_checks.py"
_ENDED = f"{_SERVICES}/test_people.py::test_a_membership_ends_once"
_WEEKLY, _REPLIES = "tests/practices/test_weekly.py", "tests/practices/test_mail_replies.py"
_SIGNATURES = f"{_SERVICES}/test_charter_signatures.py"
_UPLOADS = f"{_WEB}/workspace/test_report_uploads.py"
_CARRY_OVER = "tests/alliance/notify/test_lost_carry_over.py"
_ACCESS_ENDED = (
    f"{_SERVICES}/test_organisations.py::test_people_whose_access_ends_get_a_letter_with_the_reason"
)
LETTER_RULES = {
    "The secretariat has recorded that {{ name }} no longer takes part. You no longer have access to its workspace.":
        _ACCESS_ENDED,
    "The secretariat has suspended {{ name }}. Until it takes part again, you have no access to its workspace.":
        _ACCESS_ENDED,
    "{{ name }} no longer takes part": _ACCESS_ENDED,
    "Nobody could sign for {{ organisation }} on a day on which its signatory could have objected to version "
    "{{ version }} of “{{ charter }}”. So the signature does not carry over to that version.":
        f"{_SERVICES}/test_charter_notice.py::test_the_days_of_notice_alone_count",
    "{{ organisation }}: the signature carries over to version {{ version }} of {{ charter }} after all":
        f"{_CARRY_OVER}::test_unfrozen_on_the_same_day_everybody_reads_that_it_carries_over_after_all",
    "If somebody can sign again before {{ at }}, it carries over after all.":
        f"{_CARRY_OVER}::test_unfrozen_on_the_same_day_everybody_reads_that_it_carries_over_after_all",
    "Somebody can sign for {{ organisation }} again, on the same day: nothing of the notice was lost, and the "
    "signature carries over to version {{ version }} of “{{ charter }}”.":
        f"{_CARRY_OVER}::test_unfrozen_on_the_same_day_everybody_reads_that_it_carries_over_after_all",
    "Once the version is in force, a signatory can sign it. There is no last day for that.":
        f"{_CARRY_OVER}::test_once_it_is_in_force_who_can_appoint_a_signatory_is_written_to",
    "The version comes into force on {{ day }}; from then on a signatory can sign it. There is no last day for that.":
        f"{_CARRY_OVER}::test_the_letter_names_the_day_in_force_once_it_is_set",
    "Version {{ version }} of “{{ charter }}” is in force, and your organisation has not signed it. Nobody there can "
    "sign now: give a colleague the right. Until a signatory has signed it, your organisation stays on the version "
    "that it signed, and so do its pledges and reports.":
        f"{_CARRY_OVER}::test_once_it_is_in_force_who_can_appoint_a_signatory_is_written_to",
    "The signature of your organisation does not carry over to these announced versions: it did not have all days of "
    "the notice. Once they are in force, a signatory can sign them; there is no last day for that.":
        f"{_CARRY_OVER}::test_a_member_that_is_reinstated_reads_to_what_its_signature_does_not_carry_over",
    "Your organisation’s signature carries over to version {{ version }} of “{{ charter }}” unless a signatory of your "
    "organisation objects by {{ at }}. After that nobody can object.":
        f"{_SIGNATURES}::test_objections_end_with_the_days_of_notice",
    "If your organisation agrees, there is nothing to do. Whoever objects stays on the version that they signed.":
        f"{_SIGNATURES}::test_signatures_without_objection_carry_over_and_are_published_once",
    "The report of {{ organisation }} for “{{ cycle }}” is published. A signatory can still reply to its verdicts; "
    "there is no reply yet.":
        f"{_WEB}/test_replies_after_publication.py::test_who_has_replied_or_cannot_reply_is_not_reminded",
    "The secretariat has published it: nobody who could agree for {{ name }} had access to the portal. The public page "
    "says so. {{ partner }} can end the publication, and so can {{ name }} once a signatory has access.":
        f"{_SERVICES}/test_comments_without_member.py::test_after_thirty_days_everybody_reads_it_and_why",
    "While nobody of you had access, the secretariat published these comments of partners on your reports. On its page "
    "you agree to the publication of each, or end it:":
        f"{_SERVICES}/test_comments_without_member.py::test_the_letter_of_its_return_names_what_is_public_without_it",
    "Nobody who can sign has an open account. Until somebody has, the days for a reply to the verdicts stand still.":
        f"{_SERVICES}/test_members_without_signatory.py::test_a_conclusion_meanwhile_promises_no_days",
    "These reports counted as not filed while nobody of you had access. They are drafts again, with the days that were "
    "left:":
        f"{_SERVICES}/test_reports_missed_without_access.py::test_it_is_a_draft_again_with_the_days_that_were_left",
    "These reports count as not filed, since their cycle was published while nobody of you had access. You can still "
    "file them; they are marked as late:":
        f"{_SERVICES}/test_reports_missed_without_access.py::"
        "test_in_a_published_cycle_it_stays_and_page_and_letter_lead_to_late_filing",
    "{{ by }} has created the webhook “{{ name }}” of {{ organisation }}. From now on the portal notifies a program at "
    "this address of events that everybody in the organisation may know of:":
        f"{_SERVICES}/webhooks/test_messages.py::test_what_became_invisible_meanwhile_is_not_sent",
    "The portal has switched off the webhook “{{ name }}” of {{ organisation }}: the receiver answered that nothing is "
    "received there any more (410).":
        f"{_SERVICES}/webhooks/test_failing_receivers.py::test_a_receiver_that_is_gone_is_switched_off_at_once",
    "It belongs to the report “{{ cycle }}”. Only your organisation reads it, so this e-mail does not quote it.":
        f"{_SERVICES}/test_measure_comments.py::test_a_message_is_read_in_the_organisation_and_nowhere_else",
    "See what the file would change in the report. Nothing is saved yet; it waits for seven days.":
        f"{_UPLOADS}::test_differences_are_shown_with_their_cells_before_anything_is_saved",
    "Nothing was changed in the report.": f"{_UPLOADS}::test_a_file_without_its_columns_is_refused_in_words",
    "The file waited seven days for a decision. Nothing of it was saved in the report; upload it again to use it.":
        f"{_UPLOADS}::test_a_file_that_waited_for_a_week_is_deleted_and_its_sender_notified",
    "The secretariat has closed your account on {{ site }}. You have been signed out everywhere, your API tokens no "
    "longer work, and no one can sign in with the account.": _CLOSED,
    "The secretariat has closed the account of {{ name }}: no one can sign in with it any more. You can end their "
    "membership and hand over their work.": _CLOSED,
    "No one can sign in with it any more, you included. Sessions, API tokens and the password have ended. Your rights "
    "and what you signed have not changed.": _FROZEN,
    "The account of {{ name }} was frozen, because someone else may be using it: no one can sign in with it. Sessions, "
    "API tokens and the password have ended.": _FROZEN,
    "If it was not you, freeze your account at once: no one can sign in with it then.": _FROZEN,
    "Look at what was done in their name lately. Deadlines and signatures stay as they are; if no one else can sign, "
    "the secretariat can appoint a signatory.":
        f"{_ACCOUNT_CHANGES}::test_a_frozen_last_signatory_is_reported_to_who_can_appoint",
    "The secretariat has unfrozen your account on {{ site }}. The old password no longer works: set a new one.":
        f"{_FREEZING}::test_only_a_manager_thaws_with_a_stored_reason_and_old_ways_in_stay_closed",
    "Your password for {{ site }} was changed, and you have been signed out everywhere. Your API tokens no longer "
    "work.": _CREDENTIALS,
    "New recovery codes were created for your account on {{ site }}; the old ones no longer work.": _RECOVERY,
    "Someone, most likely you, has signed in to {{ site }} with one of your recovery codes. That code no longer "
    "works.": _RECOVERY,
    "Nothing changes until both addresses have confirmed.":
        f"{_SERVICES}/test_email_changes.py::test_each_link_is_good_once_and_neither_does_for_both",
    "If this was you, sign in with this address. An address can belong to one account only.":
        f"{_SERVICES}/test_email_changes.py::test_a_taken_address_gets_another_letter_and_no_link",
    "Someone tried to change the address of an account on {{ site }} to this one. You already sign in with it, so "
    "nothing was changed, and they did not learn why.":
        f"{_SERVICES}/test_email_changes.py::test_a_taken_address_gets_another_letter_and_no_link",
    "Your name, your address and everything you signed in with were erased from {{ site }} on {{ at }}. This cannot be "
    "undone. Your memberships have ended.":
        f"{_ACCOUNT_CHANGES}::test_an_erased_person_gets_a_last_letter_and_their_address_is_forgotten",
    "The link is for you only and works until {{ until }}.":
        f"{_INVITATIONS}::test_a_link_that_was_forwarded_is_no_good_to_another",
    "The invitation of {{ name }} to {{ organisation }} was good until {{ until }}, and was not accepted. The link no "
    "longer works.": f"{_INVITATIONS}::test_the_link_works_until_the_end_of_the_day_that_it_names",
    "The invitation of {{ name }} to {{ organisation }} was revoked: its link no longer works. You can invite them "
    "again.": f"{_ACCOUNT_CHANGES}::test_the_inviter_is_notified_when_a_colleague_revokes_the_invitation",
    "{{ name }} no longer belongs to {{ organisation }}": _ENDED,
    "You no longer belong to {{ organisation }}": _ENDED,
    "Your membership in {{ organisation }} on {{ site }} has ended. You no longer have access to its work.": _ENDED,
    "You have left {{ organisation }} on {{ site }}. You no longer have access to its work.": _ENDED,
    "The secretariat has recorded that {{ name }} is part of {{ successor }} since {{ day }}. You no longer have "
    "access to the workspace of {{ name }}.":
        f"{_SERVICES}/test_mergers.py::test_a_merger_sends_letters_to_both_members",
    "They have a report to file, and nobody there who drafts or signs has an address that accepts e-mail.":
        "tests/alliance/notify/test_stalled.py::test_an_organisation_whose_every_drafter_is_unreachable_is_named",
    "Members whom no e-mail reaches":
        "tests/alliance/notify/test_stalled.py::test_an_organisation_whose_every_drafter_is_unreachable_is_named",
    "{{ person }} has declared an interest in {{ organisation }} and reviews nothing of it from now on.": _INTEREST,
    "{{ name }} has recorded an interest of yours in {{ organisation }}. You review nothing of it from now on.":
        _INTEREST,
    "{{ name }} has recorded an interest of {{ person }} in {{ organisation }}, who reviews nothing of it from now "
    "on.": _INTEREST,
    "Sent by a visitor who gave this address; it has not been verified. Language of the page: {{ language }}. Your "
    "reply goes to the visitor. The portal keeps no copy.":
        f"{_WEB}/public/test_contact.py::test_a_letter_goes_to_the_contact_and_no_copy_stays",
    **dict.fromkeys(
        (
            "Agree or object until {{ until }}. Silence is not consent: after that a manager of the secretariat "
            "decides, and the record says that there was no answer.",
            "Agree or object until {{ until }}. Silence is not consent: after that another manager of the secretariat "
            "or an auditor decides, and the record says that there was no answer.",
            "The member agrees or objects until {{ until }}. Silence is not consent: after that another manager or an "
            "auditor decides, and the record says that there was no answer.",
            "You do not have to do anything: another manager of the secretariat agrees or objects until {{ until }}. "
            "Silence is not consent: after that a manager decides, and the record says that there was no answer.",
        ),
        f"{_SERVICES}/test_correction_decisions.py::test_silence_is_no_consent_and_the_record_says_that_there_was_no_answer",
    ),
    "The secretariat has recalled the announcement of version {{ version }} of “{{ charter }}”. The version in force "
    "stays in force, and objections to the other one no longer stand.":
        f"{_SERVICES}/test_charter_signatures.py::test_an_announced_draft_is_fixed_until_it_is_recalled",
    "It becomes public only if the partner and the member agree.":
        "tests/test_visibility.py::test_a_row_is_visible_to_whom_its_line_names",
    "The member and the secretariat read your comment. It becomes public only if you and the member agree.":
        "tests/test_visibility.py::test_a_row_is_visible_to_whom_its_line_names",
    "The secretariat has forwarded you a question of the public. Your answer goes to its asker; it is published only "
    "if the asker, your signatory and the secretariat agree.":
        f"{_WEB}/public/test_public_questions.py"
        "::test_it_is_public_when_asker_member_and_manager_agree_and_each_takes_it_back",
    "The secretariat has reopened the review of the report of {{ organisation }} for “{{ cycle }}”. Its verdicts may "
    "change; nothing is public yet.":
        f"{_SERVICES}/test_report_reopening.py::test_reopening_needs_a_reason_and_a_conclusion",
    "The secretariat has exempted {{ organisation }} from the report for “{{ cycle }}”: nothing has to be submitted.":
        f"{_SERVICES}/test_obligations.py::test_exempt_report_keeps_its_reason",
    "{{ name }} has read the report of {{ organisation }} for “{{ cycle }}” and agrees with every verdict.":
        f"{_SERVICES}/second_readings/test_readings.py::test_a_reading_that_agrees_lets_the_review_be_concluded",
    "{{ name }} no longer agrees that its answer is published. Your question and the answer are no longer on the "
    "public pages.":
        f"{_SERVICES}/test_public_question_consent.py"
        "::test_a_member_that_no_longer_agrees_lets_the_asker_know_that_it_is_hidden",
    "Another manager has cancelled it. No entry was made and no letter has gone; the file is deleted.":
        f"{_IMPORTS}::test_cancelled_while_it_runs_nothing_is_left_but_the_journal",
    "The checked file waited seven days for a decision. No entry was made; send it again to import it.":
        f"{_IMPORTS}::test_after_seven_days_without_a_decision_the_file_goes",
    "No entry was made. Correct the file and send it again.":
        f"{_IMPORT_CHECKS}::test_a_file_without_the_columns_ends_with_its_reason",
    "Confirm it by the link below, until {{ until }}. Until then nothing is public; what is not confirmed is deleted.":
        f"{_SERVICES}/test_supporters.py::test_an_entry_is_public_once_its_link_is_used",
    # --- the week of practices, and replies by mail
    "On Mondays, what the week brought for your organisation. A week with nothing new sends no letter. A link alone "
    "shows nothing: you are asked to sign in.":
        f"{_WEEKLY}::test_an_empty_week_sends_nothing_and_rights_are_asked_again_at_sending",
    "One line leads to a record that is not for the community. Nothing of it is named here. Do not forward this "
    "e-mail.":
        f"{_WEEKLY}::test_one_letter_on_monday_names_what_is_open_and_announces_the_rest",
    "{{ n }} lines lead to records that are not for the community. Nothing of them is named here. Do not forward this "
    "e-mail.":
        f"{_WEEKLY}::test_one_letter_on_monday_names_what_is_open_and_announces_the_rest",
    "Replies by e-mail are taken only where everybody of the community may read. Answer on the portal instead.":
        f"{_REPLIES}::test_a_thread_takes_replies_under_open_labels_alone",
    "To answer, reply to this e-mail and write above this line. All who may read the discussion will read it.":
        f"{_REPLIES}::test_a_reply_becomes_an_answer_once_and_under_the_rights_of_its_writer",
    "We found nothing new in it besides what was quoted. Write your answer above the quoted text, or on the portal.":
        f"{_REPLIES}::test_each_refusal_is_sent_to_the_address_on_file_and_names_nothing",
    "Nobody who could answer for the member has access to the portal: another manager or an auditor can decide at "
    "once, with a reason, and the record says so.":
        f"{_SERVICES}/test_correction_answers.py::test_without_access_it_is_decided_at_once_and_the_record_says_so",
}  # fmt: skip
LETTER_WORDS = {
    *("All of it on the portal", "No more weekly letters", "You can no longer answer there."),
    "If nobody among you wanted this, delete the webhook, and tell the secretariat.",
    "Behind the link you see all of it, and can end it or choose another language and pace.",
    # titles and what a link opens
    *("No more time: report for {{ cycle }}", "No report required: {{ cycle }}"),
    *("{{ site }}: your question is no longer public", "{{ service }} is no longer yours"),
    "No changes are needed any more: report for {{ cycle }}",
    "The files that you uploaded have been processed. See the result for each of them.",
    *("{{ all }} entry was imported. It can be taken back within a week.",),
    *("{{ all }} entries were imported together. They can be taken back together within a week.",),
    # the event itself, as it is when the letter goes
    "The secretariat no longer asks for your comment.",
    "The cycle “{{ cycle }}” was to be published by itself on {{ moment }}. It was not, and nothing became public. "
    "This stood in the way:",
    "The application of {{ name }} is withdrawn, by the link that was sent to this address. Nothing of it was "
    "published; it is deleted after a year.",
    "The content of a stored file is no longer what it was. Its SHA-256 begins with {{ digest }}. Until it is "
    "restored, nobody can open it, and pages that refer to it say so.",
    "{{ name }} has signed in to {{ organisation }} and has no rights yet",
    "{{ name }} ({{ email }}) has signed in through the accounts of {{ organisation }} for the first time. They are a "
    "member without rights: they see nothing of the organisation until you give them some.",
    "{{ organisation }} has no {{ roles }} any more",
    "{{ organisation }} has no {{ roles }} any more who can be reached: the account of the last one was closed, frozen "
    "or erased, or their address takes no e-mail.",
    "The review of the report of {{ organisation }} for “{{ cycle }}” is concluded. A signatory can reply to the "
    "verdicts; there is no reply yet.",
    "The report of {{ organisation }} for “{{ cycle }}” has been received, complete and unchanged. This e-mail is the "
    "receipt: keep it.",
    "The secretariat has recorded that {{ service }} is run by {{ organisation }} from {{ day }}, and no longer by "
    "{{ earlier }}.",
    "Figures stay with who reported them. Each report asks for the services that were its member’s in its period.",
    "It has never been used: if you do not need it, revoke it or let it expire.",
    # what somebody should do, or what the letter itself does
    "Check on the page “Security” that every app and passkey there is yours, and remove the others.",
    "Publish the cycle by hand, where you can decide about each of these, or choose another hour.",
    "The link is valid until {{ until }}. Give it to nobody.",
    "It is valid until {{ until }}. Give it to nobody.",
    "Until {{ until }} the same link also changes or ends the entry once it is confirmed: give it to nobody.",
    "If you did not apply, ignore the e-mail: nothing will happen.",
    "If you did not ask for this, ignore the e-mail: nothing will happen.",
    "If you did not ask for this, ignore the e-mail: nothing will be published.",
    "If you did not ask for this, ignore the e-mail: nothing will change.",
    "The settings of the identity provider “{{ name }}” were changed. Whoever runs it can sign in for "
    "{{ organisation }} as anyone with an address in its e-mail domains.",
    "Items without a label are for your organisation only.",
    "This e-mail gives no details, because they are {{ label }}. Do not forward it.",
}  # fmt: skip
# Those that have such a word in Russian alone: an expression of the language, or what the English says in another way.
LETTER_RUSSIAN_WORDS = {
    "%(n)s verdict that is not public yet waits for another reviewer to confirm it or give it anew. Until then its "
    "review is not concluded, nor its report published.",
    "Reminder: the report for %(cycle)s has not been submitted",
    "The report of %(organisation)s for “%(cycle)s” has not been submitted yet. It is due on %(due)s.",
    "You asked to sign in to %(site)s with another address. You said that you cannot read this mailbox any "
    "more, so the secretariat has confirmed the change in its place.",
    "If this was you, confirm it. If it was not, use the same link to stop the change, and set a new password. "
    "The link works once, until %(until)s.",
    "If this was not you, ignore this e-mail.",
    "The secretariat has removed the app, the passkeys and the recovery codes from your account on %(site)s, "
    "because you said that they are lost. You have been signed out everywhere, and for now you sign in with "
    "your password alone.",
    "If you did not expect this, ignore this e-mail.",
    "If this was not you, ignore this e-mail: your password has not changed.",
    "The secretariat has removed the second factors of %(name)s, who has lost them. They have been signed out "
    "everywhere.",
    "%(organisation)s submitted its report for “%(cycle)s” on %(day)s. The review has not started yet.",
    "On %(day)s the secretariat requested changes to the report of %(organisation)s for “%(cycle)s”. It has not"
    " been submitted again; until then the review stands still.",
    "A person who belonged to %(organisation)s was erased from the portal. Their name and address are gone, so "
    "this e-mail cannot give them; on the portal they are now called %(name)s.",
    "The report of %(organisation)s for “%(cycle)s” has not been submitted yet.",
    "%(name)s has assigned the report of %(organisation)s for “%(cycle)s” to you. You alone give verdicts on "
    "it.",
    "%(name)s has handed the review of the report of %(organisation)s for “%(cycle)s” over to you. You alone "
    "give verdicts on it.",
    "The finding on measure %(code)s from the review for “%(cycle)s” is due on %(day)s. When it is done, report"
    " it on its page.",
    "The link below shows its state at any time. Whoever has the link can see it and withdraw the question: do "
    "not pass it on.",
    "The secretariat has announced version %(version)s of “%(charter)s”. You can read it now; it is not in "
    "force yet.",
    "The finding on measure %(code)s from the review for “%(cycle)s” was due on %(day)s. If it is done, report "
    "it on its page; if not, it is in the next review of this measure.",
    "The correction of the published report of %(organisation)s for “%(cycle)s” is neither agreed to nor "
    "objected to.",
    "The members of a working group can read the practices that are shared with it. You can change who reads "
    "yours at any time.",
}  # fmt: skip
