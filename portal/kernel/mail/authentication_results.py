"""What a mail server found about the sender of a mail, from its header Authentication-Results (RFC 8601).

Senders write parts of that header themselves: their envelope address stands in it, and what they call it. So it is
split as its grammar says, and whatever cannot be read proves nothing.
"""

import re

_LONGEST = 20_000  # characters of a header
_AROUND_SIGNS = re.compile(r"\s*([=/])\s*")


def passed_dmarc(header: str, server: str, domain: str) -> bool:
    """Whether this server found by DMARC that the domain in From has sent the mail. An empty name is no server."""
    clauses = _clauses(header) if len(header) <= _LONGEST else []
    if not server or not domain or not clauses or clauses[0].lower().split()[:1] != [server.lower()]:
        return False
    results = [_AROUND_SIGNS.sub(r"\1", clause).lower().split() for clause in clauses[1:]]
    of_dmarc = [words for words in results if words and re.split("[=/]", words[0])[0] == "dmarc"]
    if len(of_dmarc) != 1:
        return False
    (outcome, *properties) = of_dmarc[0]
    domains = [word.partition("=")[2] for word in properties if word.startswith("header.from=")]
    return outcome.partition("=")[2] == "pass" and domains == [domain.lower()]


def _clauses(header: str) -> list[str]:
    """The clauses between semicolons, without comments; in place of what is quoted stands a pair of quotation marks.

    Empty where a quotation or a comment does not end.
    """
    clauses: list[list[str]] = [[]]
    depth, is_quoted, is_escaped = 0, False, False
    for char in header:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and (is_quoted or depth):
            is_escaped = True
        elif is_quoted:
            is_quoted = char != '"'
        elif char == "(":
            depth += 1
            clauses[-1].append(" ")
        elif depth:
            depth -= char == ")"
        elif char == '"':
            is_quoted = True
            clauses[-1].append('""')
        elif char == ";":
            clauses.append([])
        else:
            clauses[-1].append(char)
    return [] if depth or is_quoted else ["".join(clause) for clause in clauses]
