"""GAN Explorer: type a word, see what a GAN has learned about it."""
