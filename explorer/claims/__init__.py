"""Figures that pages state, found there word for word and measured again; `claims.toml` lists them."""
