"""What anyone may read, in every language, from publications; and the logo."""
