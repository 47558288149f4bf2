"""One's own account: sign-in, session, second factors, profile, personal data, consent, invitations, letters.

What others do with an account has its pages in `secretariat`; the shapes of its forms stand in `alliance.web.forms`.
"""
