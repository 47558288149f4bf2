"""Named reads of the alliance: the actor first, rows behind `visible_to`; no request, no 404.

What public pages read is in `public/`.
"""
