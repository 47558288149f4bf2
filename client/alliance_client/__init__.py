"""A client of the Alliance Portal: read what is due, bring figures, file a report, fetch documents, follow the record.

with Client("https://portal.example", token) as client:
    for report in client.reports():
        print(report.cycle, report.deadline)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alliance_client.client import KNOWN_VERSION, Client
    from alliance_client.desk_models import (
        FaultCount,
        Supporter,
        SupporterImport,
        SupporterRow,
        Webhook,
        WebhookMessage,
    )
    from alliance_client.errors import (
        AllianceError,
        Busy,
        Conflict,
        DamagedDownload,
        Fault,
        FileExists,
        NotFound,
        NotMade,
        NotPermitted,
        NotSaved,
        NotSignedIn,
        PortalTooOld,
        Problem,
        Refused,
        SignInNeeded,
        TookTooLong,
        Unreachable,
        Unreadable,
        WrongState,
    )
    from alliance_client.models import (
        Action,
        Attachment,
        AttentionItem,
        Change,
        ChangedField,
        Changes,
        Check,
        Difference,
        Document,
        Finding,
        Progress,
        Publication,
        Receipt,
        RefusedCell,
        Report,
        RequestedFigure,
        RequestedText,
        RequiredMeasure,
        Saved,
        Token,
        Upload,
        WholeReport,
    )
    from alliance_client.transport import Patience, Wait
    from alliance_client.version import __version__
else:
    # what is asked for is imported when it is asked for: the command line begins, and can be stopped, without all of it
    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in __all__:
            for module in ("client", "desk_models", "errors", "models", "transport", "version"):
                content = vars(import_module(f"{__name__}.{module}"))
                if name in content:
                    return content[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "KNOWN_VERSION",
    "Action",
    "AllianceError",
    "Attachment",
    "AttentionItem",
    "Busy",
    "Change",
    "ChangedField",
    "Changes",
    "Check",
    "Client",
    "Conflict",
    "DamagedDownload",
    "Difference",
    "Document",
    "Fault",
    "FaultCount",
    "FileExists",
    "Finding",
    "NotFound",
    "NotMade",
    "NotPermitted",
    "NotSaved",
    "NotSignedIn",
    "Patience",
    "PortalTooOld",
    "Problem",
    "Progress",
    "Publication",
    "Receipt",
    "Refused",
    "RefusedCell",
    "Report",
    "RequestedFigure",
    "RequestedText",
    "RequiredMeasure",
    "Saved",
    "SignInNeeded",
    "Supporter",
    "SupporterImport",
    "SupporterRow",
    "Token",
    "TookTooLong",
    "Unreachable",
    "Unreadable",
    "Upload",
    "Wait",
    "Webhook",
    "WebhookMessage",
    "WholeReport",
    "WrongState",
    "__version__",
]
