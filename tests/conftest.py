"""Two processes share the test files (pyproject.toml); each on one thread, or they would wait for each other."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
