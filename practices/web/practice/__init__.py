"""The pages of one practice: what it says, its versions, its uses and relations, its steps, its exports.

Where it is written stands in `editor`, where it is found in `library`, what people say of it in `collaboration`.
"""
