"""What the generated documents of the alliance contain: `report/`, `cycle/`, a person's own data.

`kinds` registers them, and alone enters those packages; who asks for a document, and when, is `services.documents`,
and of what is published `services.public_documents`.
"""
