"""Pickles read as data: `bounded` runs their opcodes within limits, `standins` decides what their names stand for."""
