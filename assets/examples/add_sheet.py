"""Take a sheet of a run as an example of what a budget looks like (explorer/training/examples.py).

    python assets/examples/add_sheet.py RUN_FOLDER KIMG NAME "what was trained"

The sheet at KIMG is cut to its first ROWS rows and COLUMNS columns.
"""

import argparse
import json
from pathlib import Path

from PIL import Image

from explorer.training.examples import FOLDER
from explorer.training.resolve import PictureFacts
from explorer.training.settings import TrainConfig
from explorer.training.training_data import load_pictures

ROWS, COLUMNS = 10, 10
SCALE = 2  # of a sheet's pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("kimg", type=float)
    parser.add_argument("name")
    parser.add_argument("about")
    arguments = parser.parse_args()
    config = TrainConfig.from_file(arguments.run / "config.json")
    facts = PictureFacts.of(load_pictures(arguments.run, config))
    sheet = Image.open(arguments.run / f"samples/{int(1000 * arguments.kimg):012d}.jpg")
    side = SCALE * config.resolution
    rows = min(ROWS, sheet.height // side)
    first = sheet.height - rows * side if config.preview else 0  # preview words stand below the labels
    FOLDER.mkdir(exist_ok=True)
    file = f"{arguments.name}-{arguments.kimg:g}kimg.jpg"
    part = sheet.crop((0, first, COLUMNS * side, first + rows * side))
    part.resize((part.width // SCALE, part.height // SCALE), Image.Resampling.BOX).save(FOLDER / file, quality=90)
    path = FOLDER / "examples.json"
    known = [one for one in (json.loads(path.read_text("utf-8")) if path.exists() else []) if one["file"] != file]
    entry = {"file": file, "about": arguments.about, "words": len(facts.counts), "each": round(facts.each, 2)}
    entry |= {"side": config.resolution, "channels": config.channels, "kimg": arguments.kimg}
    path.write_text(json.dumps(sorted([*known, entry], key=lambda one: one["file"]), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
