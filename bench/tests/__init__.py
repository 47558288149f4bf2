"""How long the tests take: the whole suite, and the first test of a file that somebody works on."""
