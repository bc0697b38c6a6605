"""Where to begin: three budgets, each a few dials of TrainConfig."""

PRESETS: dict[str, dict] = {
    # Minutes on a laptop: shapes, not beauty.
    "tiny": {"kimg": 30.0, "size": 16, "batch": 32, "lr": 1.2e-3, "ema_kimg": 2.0, "sheet_kimg": 2.0, "mismatch": 0.0},
    # About an hour on one core.
    "standard": {"kimg": 400.0},
    # As the shipped fashion-words: a night on one core.
    "long": {"kimg": 2700.0, "sheet_kimg": 50.0},
}
