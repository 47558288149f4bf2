"""The pages of the practices app: in the workspace, in the secretariat area, and public ones."""
