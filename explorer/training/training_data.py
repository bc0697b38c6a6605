"""The data of a training: pictures and their conditions, checked to be those that a run began with."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer import checkpoint, places
from explorer.data import NAMES, DataError, ImageSet, load
from explorer.errors import ExplorerError, listed, shown
from explorer.many_labels import names
from explorer.measure import grounding
from explorer.models.conditioning import TEMPERATURE, codes_from, label_weights
from explorer.models.families import UNCONDITIONAL, check_classes
from explorer.models.pixels import from_bytes
from explorer.terminal import command
from explorer.training import rng
from explorer.training.augment import move
from explorer.training.distributed import Distributed, to_device
from explorer.training.picture_sampler import DOWN, MIRROR, RIGHT, PictureSampler, plain_subjects, quantiles
from explorer.training.pieces import Batch
from explorer.training.resuming import DATA_SOURCES
from explorer.training.run import Run
from explorer.training.settings import TrainConfig, TrainingError, condition_dim
from explorer.training.state import out_of_memory
from explorer.training.translation_data import TranslationData
from explorer.training.word_sampler import Vocabulary, WordSampler, build_vocabulary, synonyms
from explorer.words import ExpressionError, UnknownWord, WordSpace

ONE_CLASS_ROWS = 9  # more on the sheets of pictures of one class


class TrainingData:
    """Batches of real pictures with their conditions, and a fingerprint of all that they are made of.

    Raises TrainingError for settings that do not fit the pictures or the space; DataError for a held-out class that is
    not there; CheckpointError for labels or styles that no checkpoint can hold; ExplorerError for pictures of one class
    in a family conditioned on words or labels; UnknownWord for a class that the space does not know in such a family,
    or for a preview word.
    """

    def __init__(self, config: TrainConfig, pictures: ImageSet, space: WordSpace, distributed: Distributed):
        check_classes(config.family, len(pictures.words))
        self.classes = pictures.words  # those held out among them
        kept = pictures.without(config.hold_out)
        held_out = set(config.hold_out) | _texts_of_others(pictures, kept)
        pictures = _without_unknown(kept, space) if config.conditioning == "word" else kept
        styles = len(pictures.styles) if config.conditioning == "word" else 0
        c_dim = condition_dim(config.family, space.dim, len(pictures.words), config.codes, styles)
        if pictures.image_shape != (config.channels, config.resolution, config.resolution) or c_dim != config.c_dim:
            raise TrainingError(
                f"The config describes pictures of {config.resolution} px with {config.channels} channels, and "
                f"a condition of {config.c_dim} numbers; but {pictures.name} has {pictures.image_shape}, and with "
                f"{space.name} it gives {c_dim}."
            )
        checkpoint.check_labels(pictures.words)
        checkpoint.check_styles(pictures.styles)
        self.config, self.pictures, self.space, self.distributed = config, pictures, space, distributed
        self.label_vectors, are_known = self._read_labels()  # float32 [K, D]
        preview = [space.resolve(word).vector for word in config.preview]
        conditions = self._sheet_conditions(np.stack([*self.label_vectors, *preview]))
        self.sheet_conditions = conditions.to(distributed.device)  # [R, c_dim], of the labels, then of preview words
        self.label_rows = len(conditions) - len(preview)
        measured, plain = grounding.load(pictures.name, pictures.words), plain_subjects(pictures)
        others = synonyms(pictures.name) if config.synonyms else {}
        held_out |= measured.held_out() if measured else set()
        held_out |= {other for word in config.hold_out for other in synonyms(pictures.name).get(word, ())}
        if are_known:
            barred = held_out | {text for texts in pictures.texts for text in texts}  # they are words of a subject
            vocabulary = build_vocabulary(
                space, pictures.words, config.neighbours, config.own, others, barred, self.label_vectors
            )
            if pictures.texts:
                vocabulary = vocabulary.with_texts(
                    space, pictures.texts, _labels_of_subjects(pictures), plain, held_out
                )
        else:
            vocabulary = Vocabulary.of_labels(pictures.words, self.label_vectors)
        if measured:
            measured.refuse(vocabulary.words)
        self.word_sampler = WordSampler(vocabulary)
        self.fingerprint = fingerprint(pictures, vocabulary.vectors)
        is_plain = not styles and not pictures.texts and config.count_power == 1 and config.reconstruction == 0
        self._sampler = None
        if config.conditioning == "word" and not is_plain:
            self._sampler = PictureSampler(pictures, vocabulary, config, plain)
        self._labels = torch.from_numpy(pictures.labels)
        self._order = rng.EpochOrder(len(pictures.labels), config.seed)
        self._images = torch.from_numpy(pictures.images)  # all of them, uint8: there is no loader
        try:
            self._images = self._images.to(distributed.device)
        except RuntimeError as error:
            if not out_of_memory(error):
                raise  # else they stay in this machine's memory, and each batch travels

    def batch(self, images: int) -> "Batch":
        """This process's share of the batch that follows the first `images` pictures, on the device."""
        batch, seed, device = self.config.batch, self.config.seed, self.distributed.device
        mine = self.distributed.shard(batch)
        paired = None
        if self._sampler is not None:
            index, c, paired = (part[mine] for part in self._sampler.draw(images, batch))
            paired = to_device(paired, device) if self.config.reconstruction > 0 else None
        else:
            index = self._order.batch(images, batch)[mine]
            c = self._plain_conditions(index, images)
        bytes_ = self._images[to_device(index, self._images.device)].to(device)
        is_moved = self.config.mirror or self.config.shift
        by_z = quantiles(self.config, images, batch)[mine] if is_moved and paired is not None else None
        if self.config.mirror:
            by_chance = rng.uniform((batch,), seed, images, "mirror")[mine] if by_z is None else by_z[:, MIRROR]
            is_mirrored = to_device(by_chance < 0.5, device)[:, None, None, None]
            bytes_ = torch.where(is_mirrored, bytes_.flip(-1), bytes_)
        if self.config.shift:
            if by_z is None:
                by_z = rng.uniform((batch, MIRROR + 1), seed, images, "shift")[mine]
            steps = (by_z[:, [RIGHT, DOWN]] * (2 * self.config.shift + 1)).long() - self.config.shift
            bytes_ = move(bytes_, *to_device(steps, device).unbind(1))
        return Batch(from_bytes(bytes_), to_device(c, device), paired)

    def _plain_conditions(self, index: Tensor, images: int) -> Tensor:
        """Conditions of this process's pictures with these indices."""
        mine = self.distributed.shard(self.config.batch)
        if self.config.conditioning == "word":
            uniform = rng.uniform((self.config.batch,), self.config.seed, images, "word")[mine]
            return self.word_sampler.sample(self._labels[index], uniform)
        if self.config.conditioning == "label":
            return torch.nn.functional.one_hot(self._labels[index], self.config.c_dim).float()
        # Nothing, or codes that are drawn and have no label.
        return rng.codes(self.config.batch, self.config.shapes.codes, self.config.seed, images)[mine]

    def _read_labels(self) -> tuple[np.ndarray, bool]:
        """The vector of each label, float32 [K, D], and whether the space knows them all.

        An unconditional family needs no word for a label: there a name that the space lacks gets the vector of any
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
        # Runs of before read `boots - leather` as a sum, and go on with its vector.
        parse = self.space.resolve_name if self.config.translate_names else self.space.resolve
        try:
            return parse(word).vector
        except UnknownWord as error:
            raise UnknownWord(
                f"{error} It is a class of {self.pictures.name}: rename its folder (or mend its rows, where a "
                "table says the words), or give it another word by a names file (gan-explorer data FOLDER "
                "--write-names names.csv).",
                error.word,
                error.position,
                error.suggestions,
            ) from error

    def _sheet_conditions(self, vectors: np.ndarray) -> Tensor:
        """Conditions of the rows of a sheet, float32 [R, c_dim], for vectors [R, D] of labels and preview words.

        An unconditional family with one label, whose row alone would show little, gets ONE_CLASS_ROWS more.
        """
        if len(self.label_vectors) == 1 and self.config.family in UNCONDITIONAL:
            vectors = np.concatenate([vectors[:1].repeat(ONE_CLASS_ROWS, 0), vectors])
        config, words = self.config, torch.from_numpy(vectors)
        if config.conditioning == "word":
            return torch.nn.functional.pad(words, (0, config.styles))  # the style is open
        if config.conditioning == "label":
            labels = torch.from_numpy(self.label_vectors)
            weights = label_weights(words, labels, TEMPERATURE)
            weights[: len(labels)] = torch.eye(len(labels))  # a label's own row is that label alone
            return weights
        # The first category down the rows, or else the first number from -1 to 1; all others kind 0 and the number 0.
        kinds, rows = config.shapes.codes, torch.arange(len(words))
        uniform = torch.tensor([0.0 if kind > 1 else 0.5 for kind in kinds]).repeat(len(rows), 1)
        if kinds:
            down = next((place for place, kind in enumerate(kinds) if kind > 1), 0)
            kind = kinds[down]
            uniform[:, down] = (rows % kind + 0.5) / kind if kind > 1 else rows / max(1, len(rows) - 1)
        return codes_from(uniform, kinds)


def _texts_of_others(pictures: ImageSet, kept: ImageSet) -> set[str]:
    """Texts of the subjects of which no picture is kept."""
    gone = np.setdiff1d(pictures.subjects, kept.subjects)
    return {text for subject in gone for text in pictures.texts[subject]}


def labels_left_out(pictures: ImageSet, space: WordSpace, held_out: Sequence[str] = ()) -> tuple[list[str], str]:
    """The labels of pictures with subjects that a training on words leaves out, as the space does not know them, and a
    sentence on them, or "": nobody can rename one word in a thousand. None where the space knows no label at all."""
    labels = [word for word in pictures.words if word not in set(held_out)] if pictures.texts else []
    unknown = []
    for word in labels:
        try:
            space.resolve_name(word, suggest=False)
        except ExpressionError:
            unknown.append(word)
    if len(unknown) in (0, len(labels)):
        return [], ""
    return unknown, f"Left out, since {space.name} does not know these words: {names(unknown)}."


def _without_unknown(pictures: ImageSet, space: WordSpace) -> ImageSet:
    unknown, note = labels_left_out(pictures, space)
    return replace(pictures.without(unknown), recorded=(*pictures.recorded, note)) if unknown else pictures


def _labels_of_subjects(pictures: ImageSet) -> list[int]:
    """The label of each subject, -1 where there is no picture of it."""
    labels = np.full(len(pictures.texts), -1)
    labels[pictures.subjects] = pictures.labels
    return labels.tolist()


def fingerprint(pictures: ImageSet, words: np.ndarray) -> str:
    """Digest of everything that is learned from: pictures, labels, and the vectors of their words; styles and subjects
    where there are any."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (pictures.images, pictures.labels, words, pictures.style_ids, pictures.subjects):
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def data_for(
    config: TrainConfig, pictures: ImageSet, space: WordSpace, distributed: Distributed
) -> TrainingData | TranslationData:
    """The data of a training with this config. Raises as the two do."""
    kind = TranslationData if config.conditioning == "picture" else TrainingData
    return kind(config, pictures, space, distributed)


def load_pictures(folder: Path, config: TrainConfig, data_dir: Path | None = None, progress: bool = False) -> ImageSet:
    """Load the pictures of the run in `folder`, as its config has them. Raises DataError; TrainingError, saying how to
    give their new place, where they are gone."""
    try:
        mode = "L" if config.channels == 1 else "RGB"
        options = config.read_options.keywords
        return load(config.sources, data_dir=data_dir, size=config.resolution, mode=mode, progress=progress, **options)
    except DataError as error:
        own = data_dir or places.data_dir()
        places_of = {one: _places(one, own) for one in config.sources if one not in NAMES}
        gone = [one for one, found in places_of.items() if not any(place.exists() for place in found)]
        is_new = config.sources != TrainConfig.from_file(folder / "config.json").sources  # places given just now
        if is_new or not gone:
            raise
        new_place = {one: "NEW_PLACE" + (f"_{at}" if at > 1 else "") for at, one in enumerate(gone, 1)}
        new_places = [new_place.get(one, one) for one in config.sources]
        as_typed = folder.name if folder.absolute().parent == places.runs().absolute() else str(folder)
        tried = " or ".join(map(str, places_of[gone[0]]))
        raise TrainingError(
            f"There is no data set {tried} any more, where the run {folder.name} has its "
            f"pictures from: if they lie elsewhere now, say where, as in: "
            f"{command('train', *new_places, '--run', as_typed)}"
        ) from error


def _places(source: str, own: Path | None) -> list[Path]:
    """Where a source is looked for."""
    path = places.expand(source)
    return list(dict.fromkeys([path.absolute(), *([(own / path).absolute()] if own else [])]))


def prepare_data(
    folder: Path, config: TrainConfig, pictures: ImageSet, space: WordSpace, distributed: Distributed
) -> TrainingData | TranslationData:
    """The data of the run in `folder`: to the bit what it began with, wherever that lies now and however it is read.

    Changes nothing on disk. Raises TrainingError where it is something else, and as TrainingData and Run.load_state do.
    """
    state = Run(folder, config).load_state()
    if state is None:
        return data_for(config, pictures, space, distributed)
    path = folder / "config.json"
    before = TrainConfig.from_file(path) if path.is_file() else config
    changed = [name for name in DATA_SOURCES if getattr(before, name) != getattr(config, name)]
    try:
        data, why = data_for(config, pictures, space, distributed), "they differ"
    except ExplorerError as error:  # of another size, with other classes
        data, why = None, str(error).rstrip(".")
    if data is not None and data.fingerprint == state.get("data"):
        return data
    if not changed:
        raise other_data(folder, pictures)
    if not {"data", "more_data", "space"} & set(changed):
        changes = ", ".join(f"{name} {getattr(before, name)!r} -> {getattr(config, name)!r}" for name in changed)
        raise TrainingError(
            f"The run {folder} was started with pictures that were read otherwise ({shown(changes, 200)}): leave that "
            "out to resume it, or begin another run."
        )
    raise TrainingError(
        f"The pictures in {listed(config.sources)}, or the vectors of their words, are not those that the run {folder} "
        f"was started with ({why}): give the place where those lie now, or begin another run."
    )


def other_data(folder: Path, pictures: ImageSet) -> TrainingError:
    """The error for pictures that are not those that the run in `folder` began with."""
    return TrainingError(
        f"The pictures of {pictures.name} or the vectors of its words are not those that {folder} was started with: "
        "bring those back, or train in another folder."
    )
