"""What a page may load and do: its own scripts, styles, pictures and addresses, and nothing of anybody else."""

from csp.constants import NONE, SELF

DIRECTIVES: dict[str, list[str]] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["default"],  # static/js/trusted.js: only what is parsed without effect
    "report-uri": ["/csp-report"],  # portal.csp_reports
}
