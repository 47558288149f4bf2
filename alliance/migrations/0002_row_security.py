"""Puts what is confidential behind row-level security: accounts, people, organisations, drafts, reports, reviews, tokens.

The same truth as in `alliance.access`, said once more. What is public passes without an actor.
"""

from django.db import migrations

from portal.kernel.access import IS_HOST
from portal.kernel.access import IS_IDENTIFYING
from portal.kernel.access import IS_SIGNED_IN
from portal.kernel.access import forced_policy
from portal.kernel.access import own_person
from portal.kernel.access import own_tenant

_OWN = own_tenant("organisation_id")
_OF_PARTNER = own_tenant("partner_id")
_OWN_PERSON = own_person()
_OWN_OR_HOST = f"({_OWN} OR {IS_HOST})"
_CONCLUDED = (
    "EXISTS (SELECT 1 FROM alliance_report r WHERE r.id = report_id AND r.state IN ('concluded', 'published'))"
)
_OF_CYCLE = (
    f"EXISTS (SELECT 1 FROM alliance_report r WHERE r.cycle_id = alliance_cycledecision.cycle_id"
    f" AND {own_tenant('r.organisation_id')})"
)
# The pledge's own policy has been applied to it already.
_OF_PLEDGE = "EXISTS (SELECT 1 FROM alliance_pledge p WHERE p.id = pledge_id)"
_OF_OWN_PLEDGE = f"EXISTS (SELECT 1 FROM alliance_pledge p WHERE p.id = pledge_id AND {own_tenant('p.organisation_id')})"

# The finding's own policy has been applied to it already.
_OF_FINDING = "EXISTS (SELECT 1 FROM alliance_finding f WHERE f.id = finding_id)"


# --- Who there is. Names and offices of people are the community's: they may be named as readers and authors ---


def _account(table: str, person: str) -> tuple[str, str]:
    """One's own, and while the portal finds out who asks everybody's."""
    return forced_policy(table, f"({own_person(person)} OR {IS_IDENTIFYING})")


ACCOUNTS = (
    forced_policy(
        "alliance_person", f"({IS_SIGNED_IN} OR {IS_IDENTIFYING})", f"({own_person('id')} OR {IS_HOST} OR {IS_IDENTIFYING})"
    ),
    _account("alliance_personsession", "person_id"),
    _account("alliance_knowndevice", "person_id"),
    _account("account_emailaddress", "user_id"),
    forced_policy("account_emailconfirmation", IS_IDENTIFYING),
    _account("mfa_authenticator", "user_id"),
    _account("socialaccount_socialaccount", "user_id"),
    # allauth's own, which the portal does not use: its providers are rows of ours
    forced_policy("socialaccount_socialapp", "false"),
    forced_policy("socialaccount_socialtoken", "false"),
    # asked while the portal finds out who somebody is
    forced_policy("alliance_identityprovider", f"({_OWN_OR_HOST} OR {IS_IDENTIFYING})", _OWN_OR_HOST),
    forced_policy("alliance_emaildomain", f"({_OWN_OR_HOST} OR {IS_IDENTIFYING})", IS_HOST),
    # Django's own, which the portal does not use
    forced_policy("django_session", "false"),
    # the whole text of a session for whoever has its key, which nobody can guess; asked before there is a transaction.
    # One that has ended goes at once: a clock that is set back opens it no more
    (
        """
        CREATE FUNCTION alliance_session(key text, idle interval, idle_of_secretariat interval)
          RETURNS SETOF alliance_personsession
          LANGUAGE plpgsql ROWS 1 SET search_path = public, pg_temp AS $$
        DECLARE
          earlier text := coalesce(current_setting('portal.identifying', true), '');
        BEGIN
          PERFORM set_config('portal.identifying', 'on', true);
          RETURN QUERY SELECT s.* FROM alliance_personsession s
            WHERE s.session_key = key AND s.expire_date > statement_timestamp()
            AND (s.person_id IS NULL OR s.last_used_at > statement_timestamp() - CASE
              WHEN EXISTS (
                SELECT 1 FROM alliance_membership m JOIN alliance_organisation o ON o.id = m.organisation_id
                WHERE m.person_id = s.person_id AND m.ended_at IS NULL AND o.kind = 'secretariat')
              THEN idle_of_secretariat ELSE idle END);
          IF NOT FOUND THEN
            DELETE FROM alliance_personsession s WHERE s.session_key = key;
          END IF;
          PERFORM set_config('portal.identifying', earlier, true);
        END $$;
        """,
        "DROP FUNCTION alliance_session;",
    ),
    forced_policy(
        "alliance_organisation",
        f"(state IN ('active', 'suspended', 'former') OR {own_tenant('id')} OR {IS_HOST} OR {IS_IDENTIFYING})",
        f"({own_tenant('id')} OR {IS_HOST})",
    ),
    # whoever has left is their organisation's and the secretariat's to know
    forced_policy(
        "alliance_membership",
        f"(({IS_SIGNED_IN} AND ended_at IS NULL) OR {_OWN} OR {_OWN_PERSON} OR {IS_HOST} OR {IS_IDENTIFYING})",
        f"({_OWN} OR {IS_HOST} OR {IS_IDENTIFYING})",
    ),
    forced_policy("alliance_invitation", f"({_OWN_OR_HOST} OR {IS_IDENTIFYING})"),
    forced_policy("alliance_mailtest", IS_HOST),
)

# --- What is drafted before it is public: charters and what they consist of, cycles, accessions ---

# The charter's own policy has been applied to it already; they are few, and made a list of once for a query.
_OF_CHARTER = "charter_id IN (SELECT c.id FROM alliance_charter c)"
CHARTERS = (
    # a draft that was announced is read by whoever is signed in
    forced_policy(
        "alliance_charter",
        f"(state <> 'draft' OR {IS_HOST} OR ((announced_at IS NOT NULL OR planned_on IS NOT NULL) AND {IS_SIGNED_IN}))",
        IS_HOST,
    ),
    *(
        forced_policy(f"alliance_{part}", f"({IS_HOST} OR {_OF_CHARTER})", IS_HOST)
        for part in ("chapter", "commitment", "measure", "indicator", "harm", "keymapping")
    ),
)
PUBLIC_IN_TIME = (
    forced_policy("alliance_cycle", f"(state <> 'planned' OR {IS_HOST})", IS_HOST),
    # only of cycles that are open, which everybody sees
    forced_policy("alliance_cycledatechange", "true", IS_HOST),
    forced_policy("alliance_accession", f"(state IN ('published', 'ended') OR {_OWN_OR_HOST})", _OWN_OR_HOST),
)

# --- What an organisation and the secretariat tell each other about a report ---

REVIEWS = (
    forced_policy("alliance_report", _OWN_OR_HOST),
    forced_policy("alliance_extensionrequest", _OWN_OR_HOST),
    forced_policy("alliance_reportreminder", _OWN_OR_HOST, IS_HOST),
    forced_policy("alliance_memberletter", _OWN_OR_HOST, IS_HOST),
    forced_policy("alliance_question", _OWN_OR_HOST),
    forced_policy("alliance_changesrequest", _OWN_OR_HOST, IS_HOST),
    forced_policy("alliance_response", _OWN_OR_HOST, _OWN),
    # a member recalls; the other decisions are the secretariat's
    forced_policy(
        "alliance_reportdecision",
        _OWN_OR_HOST,
        f"(({_OWN} AND kind = 'recall') OR ({IS_HOST} AND kind <> 'recall'))",
    ),
    forced_policy("alliance_earlierverdict", _OWN_OR_HOST, IS_HOST),
)

# --- Who reviews what: the secretariat's alone ---

ALLOCATION = (
    forced_policy("alliance_reviewassignment", IS_HOST),
    forced_policy("alliance_reviewpause", IS_HOST),
    forced_policy("alliance_secondreading", IS_HOST),
    forced_policy("alliance_secondopinion", IS_HOST),
    # asked while the portal finds out who somebody is: an interest bars from reviewing
    forced_policy("alliance_declaredinterest", f"({_OWN_PERSON} OR {IS_HOST} OR {IS_IDENTIFYING})", IS_HOST),
    forced_policy("alliance_savedview", _OWN_PERSON),
)

# --- Corrections: a draft is seen by the side that writes it. Values and notes have the correction's own policy applied ---

_KNOWN = f"(({_OWN} AND (side = 'member' OR state <> 'draft')) OR ({IS_HOST} AND (side = 'secretariat' OR state <> 'draft')))"
_OF_CORRECTION = "EXISTS (SELECT 1 FROM alliance_correction c WHERE c.id = correction_id)"
CORRECTIONS = (
    forced_policy("alliance_correction", _KNOWN),
    forced_policy("alliance_correctionitem", _OF_CORRECTION),
    forced_policy("alliance_correctionnote", _OF_CORRECTION),
    forced_policy("alliance_withdrawal", _OWN_OR_HOST, IS_HOST),
)

POLICIES = (
    *ACCOUNTS,
    *CHARTERS,
    *PUBLIC_IN_TIME,
    *REVIEWS,
    *CORRECTIONS,
    forced_policy("alliance_answer", _OWN),
    forced_policy("alliance_answerhistory", _OWN),
    forced_policy("alliance_figure", _OWN),
    forced_policy("alliance_figurehistory", _OWN),
    forced_policy("alliance_measureconfirmation", _OWN),
    forced_policy("alliance_reportupload", _OWN),
    # who writes what, and what colleagues say about it, is the organisation's alone, also once the report is filed
    forced_policy("alliance_delegation", _OWN),
    forced_policy("alliance_measurecomment", _OWN),
    forced_policy("alliance_measurevisit", _OWN),
    forced_policy("alliance_signoffrequest", _OWN),
    forced_policy("alliance_tablemapping", _OWN),
    forced_policy("alliance_evidence", f"({_OWN} OR ({IS_HOST} AND submitted_at IS NOT NULL))"),
    # what was taken back the secretariat has never seen
    forced_policy("alliance_evidencehistory", _OWN),
    forced_policy("alliance_submission", f"({_OWN} OR {IS_HOST})", _OWN),
    forced_policy("alliance_verdict", f"({IS_HOST} OR ({_OWN} AND {_CONCLUDED}))", IS_HOST),
    forced_policy("alliance_internalnote", IS_HOST),
    *ALLOCATION,
    # the member reports a finding done, and writes it down
    forced_policy("alliance_finding", f"({IS_HOST} OR ({_OWN} AND {_CONCLUDED}))"),
    forced_policy("alliance_findingentry", _OF_FINDING),
    forced_policy("alliance_reviewdraft", f"({IS_HOST} AND {_OWN_PERSON})"),
    # a draft is a working copy: its organisation's alone
    forced_policy("alliance_pledge", f"({_OWN} OR ({IS_HOST} AND state <> 'draft'))"),
    forced_policy("alliance_pledgehistory", _OWN),
    forced_policy("alliance_target", _OF_PLEDGE, _OF_OWN_PLEDGE),
    forced_policy("alliance_pledge_services", _OF_PLEDGE, _OF_OWN_PLEDGE),
    forced_policy("alliance_emailchange", f"({_OWN_PERSON} OR {IS_HOST})"),
    forced_policy("alliance_accountdecision", IS_HOST),
    forced_policy("alliance_cycledecision", f"({IS_HOST} OR (kind <> 'publish' AND {_OF_CYCLE}))", IS_HOST),
    forced_policy("alliance_apitoken", f"({_OWN} OR {IS_HOST})"),
    forced_policy("alliance_calendaraddress", _OWN_PERSON),
    forced_policy("alliance_agreement", f"({_OWN_PERSON} OR {IS_HOST})", _OWN_PERSON),
    forced_policy("alliance_supporter", f"(state = 'listed' OR {IS_HOST})", IS_HOST),
    forced_policy("alliance_supportercontact", IS_HOST),
    forced_policy("alliance_membershipapplication", IS_HOST),
    forced_policy("alliance_applicationentry", IS_HOST),
    forced_policy("alliance_supporterimport", IS_HOST),
    forced_policy("alliance_supporterimportrow", IS_HOST),
    forced_policy(
        "alliance_publicquestion",
        f"(published_at IS NOT NULL OR {IS_HOST} OR ({_OWN} AND forwarded_at IS NOT NULL))",
        f"({IS_HOST} OR ({_OWN} AND forwarded_at IS NOT NULL))",
    ),
    forced_policy("alliance_publicquestioncontact", IS_HOST),
    forced_policy(
        "alliance_invitedcomment",
        f"({IS_HOST} OR {_OF_PARTNER} OR (state = 'answered' AND ({_OWN} OR (partner_agrees AND member_agrees))))",
        f"({IS_HOST} OR {_OF_PARTNER} OR ({_OWN} AND state = 'answered'))",
    ),
    forced_policy("alliance_charterupload", IS_HOST),
    forced_policy("alliance_signatureobjection", _OWN_OR_HOST),
    # nobody's until it is sent
    forced_policy("alliance_contactmessage", "false"),
    # for their letters alone
    forced_policy("alliance_subscriber", "false"),
    forced_policy("alliance_subscription", "false"),
    forced_policy("alliance_erasureconfirmation", "false"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
