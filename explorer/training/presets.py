"""Where to begin: budgets, each a few dials of TrainConfig. What a family sets by itself (its lr) goes before these."""

PRESETS: dict[str, dict] = {
    # Minutes on a laptop: shapes, not beauty.
    "tiny": {"kimg": 30.0, "size": 16, "batch": 32, "lr": 1.2e-3, "ema_kimg": 2.0, "sheet_kimg": 2.0, "mismatch": 0.0},
    # About an hour on one core.
    "standard": {"kimg": 400.0},
    # As the shipped fashion-words: a night on one core.
    "long": {"kimg": 2700.0, "sheet_kimg": 50.0},
    # As Bromley compared cDCGAN, AC-GAN and 2N-GAN (2018): 70,000 steps of 32 pictures; `--family` chooses another.
    "original": {"family": "cdcgan", "batch": 32, "kimg": 70_000 * 32 / 1000, "sheet_kimg": 50.0},
}
