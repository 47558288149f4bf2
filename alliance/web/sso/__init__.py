"""Single sign-on: signing in through the identity provider of one's organisation, by OpenID Connect or SAML.

allauth speaks the protocols, with providers made of our rows; what is said is checked once more here. Who is
admitted is decided by `alliance.services.provider_sign_ins`.
"""
