"""How near words of many kinds lie to the ten Fashion-MNIST labels: the table in explorer/words/familiarity.py.

python assets/words/measure_familiarity.py glove-minilm-100d wiki-word2vec
"""

import sys

import numpy as np

from explorer.data.sources.mnist import SOURCES
from explorer.words import familiarity, open_space

GARMENTS = "garments that are no labels"
KINDS = {
    GARMENTS: """
        slipper slippers loafers stilettos moccasins clogs pumps shoes footwear heels jeans slacks pants leggings tights
        shorts overalls breeches handbag purse backpack briefcase suitcase satchel blouse polo vest waistcoat corset
        camisole tunic jersey sweater hoodie cardigan sweatshirt turtleneck jacket parka anorak raincoat overcoat blazer
        tuxedo cloak cape poncho robe bathrobe kimono gown skirt miniskirt sari apron""",
    "fabrics": "suede cotton leather wool silk denim velvet linen satin lace tweed corduroy",
    "colours": "red blue green yellow black white pink",
    "people": "man woman boy girl king queen child nurse soldier cowboy ballerina dancer",
    "seasons and places": "summer winter spring autumn beach office school party wedding gym",
    "things that are not worn": """
        banana theorem pizza car guitar mountain ocean tree robot dragon war peace music physics democracy tuesday
        neutron planet bread river engine computer keyboard window elephant bridge election""",
}
RANDOM = 2000  # words drawn, of the most frequent this many:
AMONG = (20_000, 100_000)


def main() -> None:
    for name in sys.argv[1:]:
        space = open_space(name)
        labels = np.stack([space.vector(label) for label in SOURCES["fashion-mnist"].words])
        draw = np.random.default_rng(0)
        kinds = {kind: [word for word in words.split() if word in space] for kind, words in KINDS.items()}
        for many in AMONG:
            rows = draw.choice(min(many, len(space)), RANDOM, replace=False)
            kinds[f"random words of the {many:,} most frequent"] = [space.words[row] for row in rows]
        print(f"{name:46} not far   near    cosines: 5 %, median, 95 %")
        for kind, words in kinds.items():
            found = [familiarity(space, space.vector(word), labels) for word in words]
            near, far = (np.mean([one.level == level for one in found]) for level in ("near", "far"))
            spread = " ".join(f"{value:5.2f}" for value in np.quantile([one.best for one in found], (0.05, 0.5, 0.95)))
            print(f"{len(words):5,} {kind:40} {1 - far:6.2f} {near:6.2f}   {spread}")
            if kind == GARMENTS:
                missed = [word for word, one in zip(words, found, strict=True) if one.level == "far"]
        print(f"      garments said to be far: {', '.join(missed) or 'none'}")


if __name__ == "__main__":
    main()
