"""NVIDIA's envelopes: a network written in their form gives the same pictures again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import ganpaint
from ganpaint.errors import BadModel, BrokenModel, GanpaintError, Refused, UnknownModel
from ganpaint.model_info import Capability
from tests.engine.checkpoints import assembler as asm
from tests.engine.checkpoints import envelopes
from tests.models import tiny_stylegan2

Put = Callable[..., Path]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"c_dim": 0},
        {"architecture": "resnet", "conv_clamp": 2.5},
        {"architecture": "orig", "use_noise": False, "channels": 4},
        {"mapping_layers": 3, "mapping_lr": 0.02, "embed_features": 6, "layer_features": 7},
        {"resolution": 8, "channels": 1},
    ],
)
def test_the_same_pictures(changes: dict[str, Any], put: Put) -> None:
    network = tiny_stylegan2(**changes)
    assert network.discriminator is not None
    table = {
        "G": envelopes.generator(tiny_stylegan2(**changes, seed=9)),
        "D": envelopes.judge(network.discriminator),
        "G_ema": envelopes.generator(network),
        "augment_pipe": None,
        "progress": 3,
    }
    again = ganpaint.open_model(put(table))
    z = torch.randn(3, 8)
    c = torch.softmax(torch.randn(3, network.config.c_dim), 1) if network.config.c_dim else None
    ws = network.map(z, c, 0.7)
    assert torch.equal(again.map(z, c, 0.7), ws)
    assert torch.equal(again.synthesize(ws), network.synthesize(ws))
    images = torch.randn(4, network.config.channels, *[network.config.resolution] * 2)
    if c is not None:
        c = torch.eye(network.config.c_dim)[[0, 1, 2, 0]]
    assert again.discriminator is not None
    assert torch.equal(
        again.discriminator.logits(images, c), network.discriminator.logits(images, c)
    )
    assert again.info.hash == network.info.hash
    assert again.info.can(Capability.DISCRIMINATOR)
    assert not again.info.notes


def test_without_an_averaged_generator_or_alone(put: Put) -> None:
    network = tiny_stylegan2()
    again = ganpaint.open_model(put({"G": envelopes.generator(network), "G_ema": None}))
    assert again.info.hash == network.info.hash
    assert "training copy" in again.info.notes[0]
    alone = ganpaint.open_model(put(envelopes.generator(network)))
    assert alone.info.hash == network.info.hash
    assert alone.discriminator is None


def test_another_discriminator_is_left_out_with_a_note(put: Put) -> None:
    network = tiny_stylegan2()
    odd = asm.layer("ProjectedDiscriminator", {"w": torch.ones(2)})
    again = ganpaint.open_model(put({"G_ema": envelopes.generator(network), "D": odd}))
    assert again.discriminator is None
    assert "discriminator is left out" in again.info.notes[0]


def edited(change: Callable[[dict[str, Any]], None], path: str) -> asm.Call:
    """The enveloped generator with the attributes of one layer changed."""
    call = envelopes.generator(tiny_stylegan2())
    state: Any = call.args[0]["state"]
    for part in path.split(".") if path else ():
        state = state["_modules"][part].args[0]["state"]
    change(state)
    return call


@pytest.mark.parametrize(
    ("path", "change", "says"),
    [
        ("synthesis.b8.conv1", {"conv_clamp": 3.0}, "different clamps"),
        ("synthesis.b8.conv1", {"activation": "swish"}, "activation swish"),
        ("synthesis.b8.conv1", {"use_noise": False}, "differ in use_noise"),
        ("synthesis.b8.conv1", {"up": 4}, "up 4"),
        ("synthesis.b8.conv1", {"padding": 0}, "padding 0"),
        ("synthesis.b8", {"architecture": "resnet"}, "differ in architecture"),
        ("synthesis.b8", {"architecture": ["skip"]}, "architecture"),
        ("mapping.fc1", {"bias_gain": 0.5}, "weight_gain"),
        ("mapping.fc1", {"activation": "relu"}, "activation relu"),
        ("synthesis.b8.torgb.affine", {"weight_gain": 7.0}, "weight_gain 7"),
        ("mapping", {"num_layers": 5}, "mapping.fc2"),
        ("mapping", {"num_layers": 10**6}, "layers"),
        ("", {"img_resolution": 32}, "missing"),
        ("", {"img_resolution": "16"}, "img_resolution"),
        ("", {"z_dim": 2.5}, "z_dim"),
        ("", {"z_dim": 9}, "shape"),
        ("", {"c_dim": 0}, "mapping.embed"),
        ("", {"_modules": []}, "no table"),
        ("synthesis.b8.conv1", {"_parameters": {"weight": 3}}, "something else than weights"),
        ("synthesis", {"_modules": {"b4": None}}, "not a generator"),
        ("synthesis", {"_modules": {"b4": 3}}, "something else than layers"),
    ],
)
def test_forks_and_damage_are_named(path: str, change: dict[str, Any], says: str, put: Put) -> None:
    with pytest.raises(BadModel) as caught:
        ganpaint.open_model(put({"G_ema": edited(lambda state: state.update(change), path)}))
    assert says in str(caught.value)
    assert len(str(caught.value)) <= 220


def test_a_missing_an_extra_and_two_swapped_layers(put: Put) -> None:
    def drop(state: dict[str, Any]) -> None:
        del state["_modules"]["conv0"]

    def add(state: dict[str, Any]) -> None:
        state["_modules"]["attention"] = asm.layer("Attention", {"weight": torch.ones(3)})

    def swap(state: dict[str, Any]) -> None:
        inner = state["_modules"]
        inner["conv0"], inner["conv1"] = inner["conv1"], inner["conv0"]

    for change, says in ((drop, "missing"), (add, "attention.weight"), (swap, "")):
        with pytest.raises((BrokenModel, Refused)) as caught:
            ganpaint.open_model(put({"G_ema": edited(change, "synthesis.b16")}))
        assert says in str(caught.value)


def test_numpy_attributes_are_understood(put: Put) -> None:
    import numpy as np

    kind = asm.Call(asm.Name("numpy", "dtype"), ("f8", False, True))
    number = asm.Call(
        asm.Name("numpy._core.multiarray", "scalar"), (kind, np.float64(0.01).tobytes())
    )
    call = edited(lambda state: state.update(bias_gain=number), "mapping.fc0")
    assert ganpaint.open_model(put({"G_ema": call})).info.hash == tiny_stylegan2().info.hash


def test_half_precision_and_channels_last_weights(put: Put) -> None:
    network = tiny_stylegan2()
    weight = network.synthesis.b16.conv1.weight.detach()
    half = weight.half().to(memory_format=torch.channels_last)
    call = edited(
        lambda state: state["_parameters"].update(weight=asm.parameter(half)),
        "synthesis.b16.conv1",
    )
    again = ganpaint.open_model(put({"G_ema": call}))
    assert torch.equal(again.state_dict()["synthesis.b16.conv1.weight"], weight.half().float())


def test_layers_within_layers_without_end_are_refused(put: Put) -> None:
    deep = asm.layer("L")
    for _ in range(30):
        deep = asm.layer("L", modules={"a": deep})
    with pytest.raises(Refused, match="beyond reason"):
        ganpaint.open_model(put({"G_ema": deep}))
    code = asm.body(asm.layer("L")) + b"q\x00" + b"0"
    inner = b"h\x00"
    for level in range(1, 9):
        record = asm.layer("L", modules={f"m{i}": asm.Raw(inner) for i in range(8)})
        code += asm.body(record) + b"q" + bytes([level]) + b"0"
        inner = b"h" + bytes([level])
    whole = asm.Raw(code + b"}(" + asm.text("G_ema") + inner + b"u")
    with pytest.raises(Refused, match="beyond reason"):
        ganpaint.open_model(put(whole))


@pytest.mark.behaviour("X19")
def test_other_networks_are_named(put: Put) -> None:
    for call in (asm.layer("Encoder", {"w": torch.ones(2)}), asm.envelope("G", {})):
        with pytest.raises(UnknownModel, match="not a generator"):
            ganpaint.open_model(put({"G_ema": call}))
    for odd in (asm.Call(asm.Name("torch_utils.persistence", "_reconstruct_persistent_obj")),):
        with pytest.raises(BadModel):
            ganpaint.open_model(put({"G_ema": odd}))


def test_damage_anywhere_ends_in_a_sentence(put: Put) -> None:
    import random

    from ganpaint.engine.checkpoints import read_model

    data = asm.pickle_of({"G_ema": envelopes.generator(tiny_stylegan2())})
    rng = random.Random(7)
    opened = 0
    for trial in range(300):
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 5))):
            at = rng.randrange(4096 if rng.random() < 0.5 else len(data))
            damaged[at] ^= 1 << rng.randrange(8)
        if trial % 3 == 0:
            del damaged[rng.randrange(len(damaged)) :]
        try:
            read_model(put(bytes(damaged)))
            opened += 1
        except GanpaintError as error:
            assert isinstance(error, BadModel)
            assert len(str(error)) <= 220, str(error)
    assert opened < 300


def test_published_fixtures(shared: Path) -> None:
    folder = shared / "parity" / "fixtures" / "stylegan2_ada"
    for path in sorted(folder.glob("*.pkl")):
        info = ganpaint.open_model(path).info
        assert info.family == "stylegan2"
        assert info.path == path
        assert not info.notes, path
