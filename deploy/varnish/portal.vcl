# The portal behind Varnish 6 or newer: see docs/how-to/cdn.md.
vcl 4.1;

import std;

backend portal {
    .host = "127.0.0.1";
    .port = "8000";
    .first_byte_timeout = 60s;
    .probe = {
        .request =
            "GET /health/live HTTP/1.1"
            "Host: 127.0.0.1"
            "Connection: close";
        .interval = 2s;
    }
}

# Who may have copies dropped: the machines of the workers, if they ask here directly.
acl workers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        # What ends TLS stands on one of them, and names the visitor before it: two addresses, where a worker has one.
        if (!client.ip ~ workers || req.http.X-Forwarded-For ~ ",") {
            return (synth(405));
        }
        ban("obj.http.Surrogate-Key ~ public-record");
        return (synth(200, "Dropped"));
    }
    # Public pages are the same for everybody, whoever is signed in; the rest is one person's.
    if (req.method != "GET" && req.method != "HEAD" || req.url !~ "^/(en|ru|static|data|sitemap)") {
        return (pass);
    }
    # While it answers, copies are as old as a publication may take to be seen; while it does not, a day.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 2s;
    }
    # The cookie goes on to the portal, and says nothing of which copy is given.
    return (hash);
}

sub vcl_backend_response {
    if (beresp.http.Surrogate-Control ~ "max-age=[0-9]+") {
        set beresp.ttl = std.duration(regsub(beresp.http.Surrogate-Control, ".*max-age=([0-9]+).*", "\1s"), 0s);
        set beresp.grace = 1d;
        unset beresp.http.Surrogate-Control;
    } else if (beresp.http.Cache-Control ~ "private|no-store|no-cache|max-age=0") {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
}

sub vcl_deliver {
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.CDN-Cache-Control;
}
