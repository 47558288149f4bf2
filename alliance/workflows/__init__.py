"""The state tables: action, from, to; who may is in rules.RULES under `<object>.<action>`."""

from alliance.workflows.charters import ACCESSION, CHARTER, PLEDGE, SUPPORTER
from alliance.workflows.corrections import CORRECTION, WITHDRAWAL
from alliance.workflows.delegations import DELEGATION, MEASURE_COMMENT, WRITTEN_REPORT_STATES
from alliance.workflows.mediation import INVITED_COMMENT
from alliance.workflows.organisations import (
    APPLICATION,
    EMAIL_DOMAIN,
    IDENTITY_PROVIDER,
    INVITATION,
    ORGANISATION,
)
from alliance.workflows.public_questions import PUBLIC_QUESTION
from alliance.workflows.reports import (
    CYCLE,
    EXTENSION_REQUEST,
    REPORT,
    REPORT_BEFORE_SUBMISSION,
    REPORT_EDITABLE,
    REPORT_UPLOAD,
)
from alliance.workflows.reviews import (
    FINDING,
    QUESTION,
    SECOND_READING,
    judging_refusal,
    question_refusal,
)

WORKFLOWS = (
    ORGANISATION, APPLICATION, INVITATION, IDENTITY_PROVIDER, EMAIL_DOMAIN, CHARTER, ACCESSION, PLEDGE, CYCLE, REPORT,
    EXTENSION_REQUEST, REPORT_UPLOAD, CORRECTION, WITHDRAWAL, QUESTION, FINDING, SECOND_READING, SUPPORTER,
    PUBLIC_QUESTION, INVITED_COMMENT, DELEGATION, MEASURE_COMMENT,
)  # fmt: skip

__all__ = [
    "ACCESSION",
    "APPLICATION",
    "CHARTER",
    "CORRECTION",
    "CYCLE",
    "DELEGATION",
    "EMAIL_DOMAIN",
    "EXTENSION_REQUEST",
    "FINDING",
    "IDENTITY_PROVIDER",
    "INVITATION",
    "INVITED_COMMENT",
    "MEASURE_COMMENT",
    "ORGANISATION",
    "PLEDGE",
    "PUBLIC_QUESTION",
    "QUESTION",
    "REPORT",
    "REPORT_BEFORE_SUBMISSION",
    "REPORT_EDITABLE",
    "REPORT_UPLOAD",
    "SECOND_READING",
    "SUPPORTER",
    "WITHDRAWAL",
    "WORKFLOWS",
    "WRITTEN_REPORT_STATES",
    "judging_refusal",
    "question_refusal",
]
