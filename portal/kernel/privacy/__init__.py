"""Personal data: its export, its erasure, and retention.

The packages and apps that store personal data register parts of the export, erasures and retention rules; no table of
theirs is named here.
"""

from portal.kernel.privacy.kernel_retention import document_expires_at
from portal.kernel.privacy.personal_data import (
    Erasure,
    PersonalDataPart,
    erase,
    on_erasure,
    person_columns,
    personal_data_parts,
    register_parts,
    retained_columns,
    undecided_disclosures,
    undecided_erasures,
)
from portal.kernel.privacy.personal_rows import (
    NumberedRows,
    PersonalDataPage,
    PersonalDataRow,
    PersonalDataSource,
    columns_of,
    read_page,
    rows_of,
)
from portal.kernel.privacy.retention import (
    RetentionRule,
    RetentionStatus,
    count_expired,
    enqueue_purge,
    enqueue_purge_now,
    models_with_rules,
    register_rules,
    retention_status,
    retention_table,
)

__all__ = [
    "Erasure",
    "NumberedRows",
    "PersonalDataPage",
    "PersonalDataPart",
    "PersonalDataRow",
    "PersonalDataSource",
    "RetentionRule",
    "RetentionStatus",
    "columns_of",
    "count_expired",
    "document_expires_at",
    "enqueue_purge",
    "enqueue_purge_now",
    "erase",
    "models_with_rules",
    "on_erasure",
    "person_columns",
    "personal_data_parts",
    "read_page",
    "register_parts",
    "register_rules",
    "retained_columns",
    "retention_status",
    "retention_table",
    "rows_of",
    "undecided_disclosures",
    "undecided_erasures",
]
