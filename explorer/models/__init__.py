"""The networks: one generator trunk, one discriminator trunk, built from one config.

Import from the modules: `config` and `families` are free of torch, so that listing checkpoints need not wait for it.
"""
