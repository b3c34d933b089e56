"""Two processes on half a batch each equal one process on the joined batch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ganpaint.training.together import Together, joined
from tests.training.pair import three_steps

ROOT = Path(__file__).resolve().parents[2]


def test_alone_by_default() -> None:
    with joined() as group:
        assert group.leading
        assert group.agree(True)
        assert not Together().agree(False)


@pytest.mark.slow("starts two more interpreters with torch: about 10 s")
def test_two_gloo_processes_equal_one(tmp_path: Path) -> None:
    out = tmp_path / "pair.npz"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", "2", "-m", "tests.training.pair", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-12000:]
    found = np.load(out)
    losses, weights = three_steps(0, 1)
    assert found["losses"] == pytest.approx(losses, abs=1e-5)
    assert np.abs(found["weights"] - weights.numpy()).max() < 1e-5
