"""Named reads of the alliance: the actor first where they depend on who reads; no request, no 404.

What public pages read is in `public/`.
"""
