"""Named reads of the practices app: the actor first where they depend on who reads; no request, no 404."""
