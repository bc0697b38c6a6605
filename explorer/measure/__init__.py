"""Measures: judges trained on the real pictures, figures of samples on their features, and what a word is heard as."""
