"""TensorFlow's pickles: one picture in three forms, and older generations refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import ganpaint
from ganpaint.engine.checkpoints import rosinality
from ganpaint.errors import BadModel, Refused
from tests.engine.checkpoints import assembler as asm
from tests.engine.checkpoints import envelopes
from tests.models import tiny_stylegan2

Put = Callable[..., Path]
NETWORK = asm.Name("dnnlib.tflib.network", "Network")


def net(
    variables: dict[str, np.ndarray],
    kwargs: dict[str, Any],
    components: dict[str, asm.Call] | None = None,
    version: int = 4,
) -> asm.Call:
    state = {
        "version": version,
        "name": "G",
        "static_kwargs": kwargs,
        "components": components or {},
        "build_module_src": "raise SystemExit",
        "build_func_name": "G_main",
        "variables": list(variables.items()),
    }
    return asm.Call(NETWORK, state=state, new=True)


def numpy(tensor: Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.detach().numpy())


def filters(tensor: Tensor, flip: bool = False) -> np.ndarray:
    """(out, in, h, w) → (h, w, in, out)."""
    plane = numpy(tensor).transpose(2, 3, 1, 0)
    return np.ascontiguousarray(plane[::-1, ::-1] if flip else plane)


def in_tensorflow(network: Any) -> asm.Call:
    """A tiny StyleGAN2 the way TensorFlow stored it, by the table of FORMATS section 5."""
    config, state = network.config, network.state_dict()
    mapping, synthesis = {}, {}
    for index in range(config.mapping_layers):
        mapping[f"Dense{index}/weight"] = numpy(state[f"mapping.fc{index}.weight"]).T.copy()
        mapping[f"Dense{index}/bias"] = numpy(state[f"mapping.fc{index}.bias"])
    if config.c_dim:
        mapping["LabelEmbed/weight"] = numpy(state["mapping.embed.weight"]).T.copy()
        mapping["LabelEmbed/bias"] = numpy(state["mapping.embed.bias"])
    synthesis["4x4/Const/const"] = numpy(state["synthesis.b4.const"])[None]
    number = 0
    for side in config.resolutions:
        first = "Conv" if side == 4 else "Conv1"
        for ours, theirs in (("conv0", "Conv0_up"), ("conv1", first), ("torgb", "ToRGB")):
            key, name = f"synthesis.b{side}.{ours}", f"{side}x{side}/{theirs}"
            if f"{key}.weight" not in state:
                continue
            synthesis[f"{name}/weight"] = filters(state[f"{key}.weight"], ours == "conv0")
            synthesis[f"{name}/bias"] = numpy(state[f"{key}.bias"])
            synthesis[f"{name}/mod_weight"] = numpy(state[f"{key}.affine.weight"]).T.copy()
            synthesis[f"{name}/mod_bias"] = numpy(state[f"{key}.affine.bias"]) - 1
            if f"{key}.noise_strength" in state:
                synthesis[f"{name}/noise_strength"] = numpy(state[f"{key}.noise_strength"])
                synthesis[f"noise{number}"] = numpy(state[f"{key}.noise_const"])[None, None]
                number += 1
        if f"synthesis.b{side}.skip.weight" in state:
            synthesis[f"{side}x{side}/Skip/weight"] = filters(
                state[f"synthesis.b{side}.skip.weight"], True
            )
    kwargs = {
        "resolution": config.resolution,
        "num_channels": config.channels,
        "latent_size": config.z_dim,
        "dlatent_size": config.w_dim,
        "label_size": config.c_dim,
        "mapping_layers": config.mapping_layers,
        "architecture": config.architecture,
    }
    inner = {"mapping": net(mapping, kwargs), "synthesis": net(synthesis, kwargs)}
    return net({"dlatent_avg": numpy(state["mapping.w_avg"])}, kwargs, inner)


@pytest.mark.parametrize(
    "changes", [{}, {"c_dim": 0, "resolution": 32}, {"architecture": "resnet"}, {"channels": 1}]
)
def test_the_same_pictures(changes: Any, put: Put) -> None:
    network = tiny_stylegan2(**changes)
    call = in_tensorflow(network)
    again = ganpaint.open_model(put((call, net({}, {}, version=1), call)))
    z = torch.randn(2, 8)
    c = torch.eye(network.config.c_dim)[:2] if network.config.c_dim else None
    ws = network.map(z, c, 0.7)
    assert torch.allclose(again.map(z, c, 0.7), ws, atol=1e-6)
    assert torch.allclose(again.synthesize(ws), network.synthesize(ws), atol=1e-4)
    assert "discriminator is left out" in again.info.notes[0]


def test_one_network_in_three_forms_gives_one_picture(put: Put, tmp_path: Path) -> None:
    network = tiny_stylegan2(c_dim=0, z_dim=10)
    rosinality.write(network, tmp_path / "net.pt")
    paths = [
        put(in_tensorflow(network), "tf.pkl"),
        put({"G_ema": envelopes.generator(network)}, "torch.pkl"),
        tmp_path / "net.pt",
    ]
    ws = network.map(torch.randn(2, 10))
    pictures = [ganpaint.open_model(path).synthesize(ws) for path in paths]
    for picture in pictures[1:]:
        assert torch.allclose(picture, pictures[0], atol=1e-4)


def test_orig_networks_name_their_colour_layer_otherwise(put: Put) -> None:
    network = tiny_stylegan2(architecture="orig")
    call = in_tensorflow(network)
    variables = call.state["components"]["synthesis"].state["variables"]
    renamed = [(name.replace("16x16/ToRGB", "ToRGB_lod0"), value) for name, value in variables]
    call.state["components"]["synthesis"].state["variables"] = renamed
    for part in (call, *call.state["components"].values()):
        part.state["static_kwargs"].pop("architecture", None)
    again = ganpaint.open_model(put(call))
    ws = network.map(torch.randn(1, 8), torch.eye(3)[:1])
    assert torch.allclose(again.synthesize(ws), network.synthesize(ws), atol=1e-4)


def test_older_generations_are_refused(put: Put) -> None:
    call = in_tensorflow(tiny_stylegan2())
    for version in (1, 2, 3, 6, "4"):
        call.state["version"] = version
        with pytest.raises(Refused, match="network version"):
            ganpaint.open_model(put(call))
    call.state["version"] = 4
    for part in call.state["components"].values():
        part.state["variables"] = [
            (name, value) for name, value in part.state["variables"] if "mod_" not in name
        ]
    with pytest.raises(Refused, match="older generation"):
        ganpaint.open_model(put(call))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(static_kwargs=3),
        lambda s: s.update(components=[]),
        lambda s: s.update(components={"mapping": 3}),
        lambda s: s.update(components={3: s["components"]["mapping"]}),
        lambda s: s["components"]["synthesis"].state.update(variables=3),
        lambda s: s["components"]["synthesis"].state.update(variables=[("a",)]),
        lambda s: s["components"]["synthesis"].state.update(variables=[(1, 2)]),
        lambda s: s["components"]["synthesis"].state["variables"].pop(),
        lambda s: (
            s["components"]["synthesis"]
            .state["variables"]
            .append(("8x8/Attention/weight", np.ones((1, 1, 2, 2), np.float32)))
        ),
        lambda s: s["static_kwargs"].update(nonlinearity="relu"),
        lambda s: s["static_kwargs"].update(resolution=2**30),
        lambda s: s["static_kwargs"].update(resample_kernel=[0] * 99),
    ],
)
def test_damage_is_a_sentence(change: Callable[[Any], None], put: Put) -> None:
    call = in_tensorflow(tiny_stylegan2())
    change(call.state)
    with pytest.raises(BadModel) as caught:
        ganpaint.open_model(put(call))
    assert len(str(caught.value)) <= 220


def test_published_fixtures(shared: Path) -> None:
    for path in sorted((shared / "parity/fixtures/stylegan2_ada").glob("legacy-tf-*.pkl")):
        generator = ganpaint.open_model(path)
        assert generator.info.family == "stylegan2"
        assert generator.discriminator is not None
