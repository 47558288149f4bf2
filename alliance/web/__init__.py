"""The alliance's HTML faces: public, workspace, secretariat."""
