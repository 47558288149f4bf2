"""What browsers have reported of the content security policy to this process, the live server's too."""

from collections.abc import Mapping

from portal.metrics.requests import request_counts


def policy_reports() -> Mapping[tuple[str, str], float]:
    """How often each directive has stopped what, since the process began; read it before and after."""
    (metric,) = request_counts().csp_reports.collect()
    return {
        (sample.labels["directive"], sample.labels["blocked"]): sample.value
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.value
    }
