"""What the generated documents of practices contain: the brief of one as PDF, and the archive of an organisation's."""
