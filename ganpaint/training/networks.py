"""The networks a run starts with: fresh ones, or those of a model that is gone on with.

Going on with `--from MODEL` keeps the shape of the model; its averaged generator serves as the
raw one. Each class of the pictures takes over the embedding column of the model's class with the
same name or, for a new class (ten pictures of one's own cat), of the class that the model's
discriminator finds nearest. Classes without pictures of their own are left out of the new model.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.discriminator import Discriminator, DiscriminatorConfig
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.training.folder import TrainingSet, plain_name
from ganpaint.training.recipe import Recipe

Networks = tuple[StyleGAN2Generator, StyleGAN2Generator, Discriminator]

WIDTHS = (192, 192, 128, 64, 32, 16, 16)  # channels at 4, 8, … 256
MAPPING_LAYERS = 4
CMAP_DIM = 128
SAMPLES_OF_CLASS = 16
LOOKED_AT = 64  # pictures a class shown to the discriminator


def fresh_networks(recipe: Recipe, c_dim: int, resolution: int) -> Networks:
    """Raw generator, its average and a discriminator, randomly initialised at `resolution`."""
    shape = StyleGAN2Config(
        resolution,
        z_dim=recipe.z_dim,
        w_dim=recipe.z_dim,
        c_dim=c_dim,
        widths=WIDTHS,
        mapping_layers=MAPPING_LAYERS,
    )
    judge = DiscriminatorConfig(
        resolution,
        c_dim=c_dim,
        widths=WIDTHS,
        cmap_dim=CMAP_DIM if c_dim else 0,
        mapping_layers=MAPPING_LAYERS,
    )
    return (
        StyleGAN2Generator.fresh(shape, recipe.seed),
        StyleGAN2Generator.fresh(shape, recipe.seed),
        Discriminator.fresh(judge, recipe.seed + 1),
    )


def networks_from(
    model: Generator, data: TrainingSet, name: str
) -> tuple[Networks, tuple[str, ...], list[str]]:
    """Networks that start as `model`, their class names, and what was decided, as sentences.

    Pictures without class folders become the one class `name`.

    Raises:
        NotOffered: the model is no StyleGAN2 in colour, or came without its discriminator.
    """
    judge = model.discriminator
    if not isinstance(model, StyleGAN2Generator) or judge is None:
        raise NotOffered(
            f"“{model.info.name}” cannot be trained further: only StyleGAN2 models that come "
            "with their discriminator can.",
            "Start from another model, or afresh without --from.",
        )
    if model.info.channels != 3:
        raise NotOffered(
            f"“{model.info.name}” paints in shades of grey; only colour models can be trained.",
            "Start from another model, or afresh without --from.",
        )
    if not model.info.c_dim:
        notes = ["The model has no classes, so the class folders are trained as one."]
        return _copies(model, judge, None), (), notes if data.c_dim else []
    names = data.class_names or (name,)
    columns, notes = [], []
    for index, each in enumerate(names):
        known = _same_name(each, model.info.class_names)
        if known is None:
            known = nearest_class(model, judge, pictures_of(data, index))
            notes.append(f"New class “{each}” starts as “{model.info.class_names[known]}”.")
        columns.append(known)
    return _copies(model, judge, columns), tuple(names), notes


def _same_name(name: str, names: tuple[str, ...]) -> int | None:
    plain = [plain_name(other) for other in names]
    return plain.index(plain_name(name)) if plain_name(name) in plain else None


def pictures_of(data: TrainingSet, label: int) -> Tensor:
    """Up to 64 pictures of one class, (N, 3, R, R) in [-1, 1]."""
    chosen = np.asarray(data.pictures[np.flatnonzero(data.labels == label)[:LOOKED_AT]])
    return torch.from_numpy(chosen).permute(0, 3, 1, 2).float() / 127.5 - 1


@torch.no_grad()
def nearest_class(model: StyleGAN2Generator, judge: Discriminator, images: Tensor) -> int:
    """The class whose samples the discriminator sees most like these pictures.

    Compared are the means of its deepest features before the classes come in: for sixteen photos
    of each of cats-64's ten coats this finds all ten coats; the class for which the
    discriminator finds the photos most real is the right one for two of them only.
    """
    size, count = judge.config.resolution, judge.config.c_dim
    device = next(judge.parameters()).device
    images = images.to(device)
    if images.shape[-1] != size:
        images = F.interpolate(images, (size, size), mode="area")
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(SAMPLES_OF_CLASS, model.info.z_dim, generator=rng).to(device)
    classes = torch.eye(count, device=device)

    def seen(pictures: Tensor) -> Tensor:
        labels = classes[:1].expand(len(pictures), -1)
        return judge.features(pictures, labels)[-1].mean((0, 2, 3))

    wanted = seen(images)
    far = []
    for label in range(count):
        ws = model.map(z, classes[label : label + 1].expand(len(z), -1))
        samples = model.synthesize(ws, noise_mode="none").clamp(-1, 1)
        far.append(torch.linalg.vector_norm(seen(samples) - wanted))
    return int(torch.stack(far).argmin())


def _copies(model: StyleGAN2Generator, judge: Discriminator, columns: list[int] | None) -> Networks:
    """Trainable copies with the chosen class columns (None = no classes)."""
    count = 0 if columns is None else len(columns)
    shape = replace(model.config, c_dim=count)
    raw, averaged = StyleGAN2Generator.fresh(shape, 0), StyleGAN2Generator.fresh(shape, 0)
    fresh = Discriminator.fresh(replace(judge.config, c_dim=count), 0)
    for network, source in ((raw, model), (averaged, model), (fresh, judge)):
        table = {name: t.detach().clone().cpu().float() for name, t in source.state_dict().items()}
        if columns is not None:
            table["mapping.embed.weight"] = _columns(table["mapping.embed.weight"], columns)
        for strength in (name for name in table if name.endswith("noise_strength")):
            table[strength].zero_()  # what is learnt here is learnt without noise
        network.load_state_dict(network.state_dict() | table)
    return raw, averaged, fresh


def _columns(weight: Tensor, columns: list[int]) -> Tensor:
    """The embedding of the chosen classes; a linear layer divides by √inputs, so it is mended."""
    scale = (len(columns) / weight.shape[1]) ** 0.5
    chosen: Tensor = weight[:, columns] * scale
    return chosen


def check_fits(recipe: Recipe, model: Generator) -> None:
    """Raise BadRequest or NotOffered where a model cannot be trained at that resolution."""
    size = model.info.resolution
    if recipe.resolution < size:
        raise BadRequest(
            f"“{model.info.name}” paints {size} px; training it at {recipe.resolution} px would "
            "lose its finest layers.",
            f"Use --resolution {size} or more.",
        )
    if recipe.resolution == size or not isinstance(model, StyleGAN2Generator):
        return
    judge = model.discriminator
    if model.config.architecture != "skip" or (judge and judge.config.architecture != "resnet"):
        raise NotOffered(
            f"“{model.info.name}” cannot grow: its layers are arranged in another way.",
            f"Use --resolution {size}.",
        )
