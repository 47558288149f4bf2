"""Named reads of the practices app: the actor first, rows behind `visible_to`; no request, no 404."""
