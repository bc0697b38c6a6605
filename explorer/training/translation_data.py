"""The data of a translator's training: two sets of pictures, drawn from independently of each other."""

import hashlib

import numpy as np
import torch
from torch import Tensor

from explorer import checkpoint
from explorer.data import ImageSet
from explorer.data.domains import domains
from explorer.models.pixels import from_bytes
from explorer.training import rng
from explorer.training.augment import move
from explorer.training.distributed import Distributed, to_device
from explorer.training.pieces import Batch
from explorer.training.settings import TrainConfig, TrainingError
from explorer.words import WordSpace


class TranslationData:
    """Batches of pictures of both domains, and a fingerprint of all that they are made of.

    Raises TrainingError for settings that do not fit the pictures, DataError for a domain or held-out class that is not
    there, CheckpointError for names that no checkpoint can hold. Nothing is asked of the word space.
    """

    def __init__(self, config: TrainConfig, pictures: ImageSet, space: WordSpace, distributed: Distributed):
        self.classes = pictures.words
        pictures = pictures.without(config.hold_out)
        if pictures.image_shape != (config.channels, config.resolution, config.resolution):
            raise TrainingError(
                f"The config describes pictures of {config.resolution} px with {config.channels} channels; but "
                f"{pictures.name} has {pictures.image_shape}."
            )
        found = domains(pictures, config.domain_a, config.domain_b)
        checkpoint.check_labels(found.names)
        self.config, self.pictures, self.space, self.distributed = config, pictures, space, distributed
        self.domains, self.label_vectors = found.names, np.empty((0, 0), np.float32)
        self.images = tuple(torch.from_numpy(pictures.images[rows]) for rows in found.rows)  # uint8 [N, C, H, W]
        self._orders = tuple(
            rng.EpochOrder(len(images), config.seed, f"order {name}")
            for name, images in zip("ab", self.images, strict=True)
        )
        digest = hashlib.blake2b(digest_size=16)
        for images in self.images:
            digest.update(images.numpy())
        self.fingerprint = digest.hexdigest()

    def batch(self, images: int) -> Batch:
        """This process's share of the batch that follows the first `images` pictures of each domain, on the device."""
        real, other = (self._pictures(place, images) for place in (0, 1))
        return Batch(real, real.new_empty((len(real), 0)), other=other)

    def sheet_pictures(self, count: int) -> tuple[Tensor, Tensor]:
        """The same `count` pictures of each domain at every age of a training, float32 in [-1, 1], on the device."""
        found = []
        for name, images in zip("ab", self.images, strict=True):
            order = torch.randperm(len(images), generator=rng.stream(self.config.seed, 0, f"sheet {name}"))
            rows = order[torch.arange(count) % len(order)]
            found.append(from_bytes(images[rows]).to(self.distributed.device))
        return found[0], found[1]

    def _pictures(self, place: int, images: int) -> Tensor:
        config, device, name = self.config, self.distributed.device, "ab"[place]
        mine = self.distributed.shard(config.batch)
        bytes_ = to_device(self.images[place][self._orders[place].batch(images, config.batch)[mine]], device)
        if config.mirror:
            chance = rng.uniform((config.batch,), config.seed, images, f"mirror {name}")[mine]
            bytes_ = torch.where(to_device(chance < 0.5, device)[:, None, None, None], bytes_.flip(-1), bytes_)
        if config.shift:
            chance = rng.uniform((config.batch, 2), config.seed, images, f"shift {name}")[mine]
            steps = (chance * (2 * config.shift + 1)).long() - config.shift
            bytes_ = move(bytes_, *to_device(steps, device).unbind(1))
        return from_bytes(bytes_)
