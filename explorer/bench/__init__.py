"""Benchmarks as functions; each is also a `gan-explorer bench` command."""
