"""Expressions: their grammar, their words in a space, their vector, suggestions for unknown words."""
