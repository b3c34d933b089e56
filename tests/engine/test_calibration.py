"""Measured once, kept by content hash, measured anew when the cache is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ganpaint.engine.calibration import VERSION, calibrate, load
from ganpaint.engine.spaces import Whitened
from ganpaint.progress import Stop, Stopped
from tests.engine.searching import calibration, drained, steps_of, tiny


def file_of(folder: Path) -> Path:
    return folder / "calibration" / f"{tiny().info.hash}-{VERSION}.npz"


@pytest.mark.behaviour("F16")
def test_the_first_use_is_named_and_the_second_reads_the_cache(tmp_path: Path) -> None:
    seen, first = steps_of(calibrate(tiny(), tmp_path, Stop()))
    assert seen[-1].sentence.startswith("Measuring the model, ")
    assert seen[-1].sentence.endswith(" s, once")
    done = [s.done for s in seen]
    assert done == sorted(done)
    assert file_of(tmp_path).is_file()
    again, second = steps_of(calibrate(tiny(), tmp_path, Stop()))
    assert not again
    assert torch.equal(first.within.basis, second.within.basis)
    assert [d.name for d in first.directions] == [d.name for d in second.directions]


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "shape"])
def test_a_damaged_cache_is_measured_anew(tmp_path: Path, damage: str) -> None:
    drained(calibrate(tiny(), tmp_path, Stop()))
    path = file_of(tmp_path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif damage == "text":
        path.write_text("not an archive")
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        with np.load(path) as file:
            arrays = dict(file) | {"w_avg": np.zeros(3, np.float32)}
        np.savez(path, **arrays)
    assert load(path, tiny()) is None
    seen, _ = steps_of(calibrate(tiny(), tmp_path, Stop()))
    assert seen
    assert load(path, tiny()) is not None


def test_a_cache_that_cannot_be_written_costs_no_work(tmp_path: Path) -> None:
    (tmp_path / "calibration").write_text("a file where the folder should be")
    assert drained(calibrate(tiny(), tmp_path, Stop())).model == tiny().info.hash


def test_it_stops_when_asked(tmp_path: Path) -> None:
    stop = Stop()
    task = calibrate(tiny(), tmp_path, stop)
    next(task)
    stop.discard()
    with pytest.raises(Stopped):
        drained(task)


def test_moments_are_those_of_fresh_samples() -> None:
    z = torch.randn(3000, 8, generator=torch.Generator().manual_seed(77))
    c = torch.eye(3)[torch.arange(3000) % 3]
    w = tiny().map(z, c)[:, 0]
    cal = calibration()
    assert torch.allclose(cal.w_avg, w.mean(0), atol=0.1)
    assert torch.allclose(cal.w_var, w.var(0), rtol=0.15)
    assert cal.w_std == pytest.approx(float(w.var(0).sum()) ** 0.5, rel=0.05)


def test_directions_are_ordered_orthogonal_and_one_sigma_long() -> None:
    cal = calibration()
    shares = [d.share for d in cal.directions]
    assert shares == sorted(shares, reverse=True)
    vectors = torch.stack([d.vector for d in cal.directions])
    lengths = vectors.norm(dim=1)
    strong = vectors[lengths > 1e-3 * lengths[0]]
    unit = strong / strong.norm(dim=1, keepdim=True)
    assert torch.allclose(unit @ unit.T, torch.eye(len(unit)), atol=1e-3)
    z = torch.randn(6000, 8, generator=torch.Generator().manual_seed(5))
    c = torch.eye(3)[torch.arange(6000) % 3]
    w = tiny().map(z, c)[:, 0]
    for k in range(3):
        w[k::3] -= w[k::3].mean(0)
    along = (w @ unit[0]).std()
    assert float(along) == pytest.approx(float(strong[0].norm()), rel=0.06)
    assert cal.direction("pca2") is cal.directions[1]
    assert cal.direction("nothing") is None


def test_a_class_mix_is_whitened_around_the_mix_of_means() -> None:
    cal = calibration()
    c = torch.tensor([[0.25, 0.75, 0.0]])
    mean = cal.gaussian(c, 1).mean[0, 0]
    assert torch.allclose(mean, 0.25 * cal.class_means[0] + 0.75 * cal.class_means[1])
    assert cal.gaussian(None, 2).mean.shape == (2, 1, 10)


def test_a_model_without_classes() -> None:
    cal = calibration(0)
    assert cal.class_means.shape == (0, 10)
    ws = tiny(0).map(torch.randn(4, 8))
    variables = Whitened(tiny(0), cal.gaussian(None, 4))
    assert torch.allclose(variables.ws(variables.variables(ws)), ws, atol=1e-4)
