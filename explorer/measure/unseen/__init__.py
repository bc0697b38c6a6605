"""How well a generator draws what its training held out: whole words, or pairs of a word and a style."""
