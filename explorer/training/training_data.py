"""What a training learns from: the pictures, and the words that they are said with."""

import hashlib

import numpy as np
import torch
from torch import Tensor

from explorer import checkpoint
from explorer.data import ImageSet
from explorer.measure import grounding
from explorer.models.conditioning import TEMPERATURE, codes_from, label_weights
from explorer.models.families import UNCONDITIONAL, check_classes
from explorer.models.pixels import from_bytes
from explorer.training import draws
from explorer.training.distributed import Distributed
from explorer.training.forward import staged
from explorer.training.setbacks import out_of_memory
from explorer.training.settings import TrainConfig, TrainingError, condition_dim
from explorer.training.word_sampler import Vocabulary, WordSampler, synonyms, vocabulary
from explorer.words import ExpressionError, UnknownWord, WordSpace

ONE_CLASS_ROWS = 9  # of a sheet, beside its own


class TrainingData:
    """Batches of real pictures with their words, and what has to be the same when a run goes on.

    Raises TrainingError for settings that do not fit the pictures or the space; DataError for a class to hold out that
    there is not; CheckpointError for labels that no checkpoint can hold; ExplorerError for pictures of one class, where
    the family is told what to draw; UnknownWord for a class that the space does not know, where it is told words or
    labels, or for a preview word.
    """

    def __init__(self, config: TrainConfig, pictures: ImageSet, space: WordSpace, team: Distributed):
        check_classes(config.family, len(pictures.words))
        self.classes = pictures.words  # those that it is not shown among them
        pictures = pictures.without(config.hold_out)
        heard = condition_dim(config.family, space.dim, len(pictures.words), config.codes)
        if pictures.image_shape != (config.channels, config.resolution, config.resolution) or heard != config.c_dim:
            raise TrainingError(
                f"The config describes pictures of {config.resolution} px with {config.channels} channels, and "
                f"{config.c_dim} numbers to be heard; but {pictures.name} has {pictures.image_shape}, and with "
                f"{space.name} it gives {heard}."
            )
        checkpoint.check_labels(pictures.words)
        self.config, self.pictures, self.space, self.team = config, pictures, space, team
        self.words, are_known = self._label_vectors()  # float32 [K, D]
        preview = [space.read(word).vector for word in config.preview]
        self.rows = self._conditions(np.stack([*self.words, *preview])).to(team.device)  # of the sheets, from above
        self.label_rows = len(self.rows) - len(preview)
        measured = grounding.load(pictures.name)
        others = synonyms(pictures.name) if config.synonyms else {}
        held_out = measured.held_out() if measured else frozenset()
        held_out |= {other for word in config.hold_out for other in (word, *synonyms(pictures.name).get(word, ()))}
        if are_known:
            spoken = vocabulary(space, pictures.words, config.neighbours, config.own, others, held_out, self.words)
        else:
            spoken = Vocabulary.of_labels(pictures.words, self.words)
        if measured:
            measured.refuse(spoken.words)
        self.listener = WordSampler(spoken)
        self.fingerprint = fingerprint(pictures, spoken.vectors)
        self._labels = torch.from_numpy(pictures.labels)
        self._order = draws.Order(len(pictures.labels), config.seed)
        self._images = torch.from_numpy(pictures.images)  # all of them, uint8: there is no loader
        try:
            self._images = self._images.to(team.device)
        except RuntimeError as error:
            if not out_of_memory(error):
                raise  # else they stay in this machine's memory, and each batch travels

    def batch(self, images: int) -> tuple[Tensor, Tensor]:
        """This process's share of the batch that follows the first `images` pictures, on the device.

        Pictures [N, C, H, W] in [-1, 1], and what G hears for them [N, c_dim]: the vector of a word that they are said
        with, their label, or codes.
        """
        batch, seed, device = self.config.batch, self.config.seed, self.team.device
        mine = self.team.share(batch)
        index = self._order.batch(images, batch)[mine]
        if self.config.conditioning == "word":
            chance = draws.uniform((batch,), seed, images, "word")[mine]
            c = self.listener.draw(self._labels[index], chance)
        elif self.config.conditioning == "label":
            c = torch.nn.functional.one_hot(self._labels[index], self.config.c_dim).float()
        else:  # nothing, or codes that are drawn and have no label
            c = draws.codes(batch, self.config.shapes.codes, seed, images)[mine]
        bytes_ = self._images[staged(index, self._images.device)]
        return from_bytes(bytes_.to(device)), staged(c, device)

    def _label_vectors(self) -> tuple[np.ndarray, bool]:
        """The vector of each label, float32 [K, D], and whether the space knows them all.

        A family that is told no label needs no word for it: there a name that the space lacks gets the vector of any
        word, so that a checkpoint has one for each label.
        """
        vectors, are_known = [], True
        for word in self.pictures.words:
            try:
                vectors.append(self._vector(word))
            except ExpressionError:
                if self.config.family not in UNCONDITIONAL:
                    raise
                vectors.append(self.space.vector(self.space.words[0]))
                are_known = False
        return np.stack(vectors), are_known

    def _vector(self, word: str) -> np.ndarray:
        """The vector of a class's word, float32 [D], unit: a name, which is no sum."""
        # Runs of before took `boots - leather` for one, and go on with what they heard.
        read = self.space.read_name if self.config.translate_names else self.space.read
        try:
            return read(word).vector
        except UnknownWord as error:
            raise UnknownWord(
                f"{error} It is a class of {self.pictures.name}: rename its folder, or give it another word by a names "
                "file (gan-explorer data FOLDER --write-names names.csv).",
                error.word,
                error.position,
                error.suggestions,
            ) from error

    def _conditions(self, vectors: np.ndarray) -> Tensor:
        """What G hears on the rows of a sheet, for vectors [R, D] of labels and preview words: float32 [R, c_dim].

        Where G is told no label and there is but one, whose row alone would show little, ONE_CLASS_ROWS more.
        """
        if len(self.words) == 1 and self.config.family in UNCONDITIONAL:
            vectors = np.concatenate([vectors[:1].repeat(ONE_CLASS_ROWS, 0), vectors])
        config, words = self.config, torch.from_numpy(vectors)
        if config.conditioning == "word":
            return words
        if config.conditioning == "label":
            told = label_weights(words, torch.from_numpy(self.words), TEMPERATURE)
            told[: len(self.words)] = torch.eye(len(self.words))  # a label's own row is that label alone
            return told
        # The first category down the rows, or else the first number from -1 to 1; all others kind 0 and the number 0.
        kinds, rows = config.shapes.codes, torch.arange(len(words))
        even = torch.tensor([0.0 if kind > 1 else 0.5 for kind in kinds]).repeat(len(rows), 1)
        if kinds:
            down = next((place for place, kind in enumerate(kinds) if kind > 1), 0)
            kind = kinds[down]
            even[:, down] = (rows % kind + 0.5) / kind if kind > 1 else rows / max(1, len(rows) - 1)
        return codes_from(even, kinds)


def fingerprint(pictures: ImageSet, words: np.ndarray) -> str:
    """A digest of everything that is learned from: pictures, labels, and the vectors of their words."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (pictures.images, pictures.labels, words):
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()
