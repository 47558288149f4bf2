"""The alliance's HTML pages: public, workspace, secretariat."""
