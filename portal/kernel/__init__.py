"""The platform: services without one business noun, in packages that each name what they do and what they do not."""
