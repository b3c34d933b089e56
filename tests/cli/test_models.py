"""models and inspect."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganpaint.manifest import read_manifest
from ganpaint.paths import resource


def test_models_are_listed_for_people_and_machines(ganpaint) -> None:
    done = ganpaint("models", "--classes")
    assert done.code == 0
    assert "tiny-16" in done.out
    assert "ginger, tuxedo, white" in done.out
    record = next(r for r in ganpaint("models", "--json").records if r["name"] == "tiny-16")
    assert (record["family"], record["resolution"], record["source"]) == ("stylegan2", 16, "user")
    assert record["path"].endswith("tiny-16.safetensors")


def trained(path: Path) -> Path:
    """A bundle with the card of a training and its strip."""
    from ganpaint.engine.checkpoints.bundle import parts_of, write_bundle
    from tests.models import tiny_stylegan2

    tensors, manifest = parts_of(tiny_stylegan2(seed=3))
    manifest |= {
        "data": {"name": "my cats", "images": 1234, "licence": "CC0"},
        "training": {"kimg": 1250.0, "recipe": "ganpaint train cats --out mine --kimg 1250"},
        "quality": {
            "distance": {"value": 3.5, "kind": "FD-squeeze", "samples": 5000},
            "memorising": {"ratio": 0.42},
            "nearest": f"{path.name}.nearest.webp",
        },
    }
    path.with_name(f"{path.name}.nearest.webp").write_bytes(b"x")
    return write_bundle(path, tensors, manifest)


def test_the_card_in_words_and_for_machines(ganpaint, tmp_path: Path) -> None:
    path = trained(tmp_path / "mine")
    lines = ganpaint("inspect", path).out.splitlines()
    for line in (
        "data name: my cats",
        "data pictures: 1,234",
        "data licence: CC0",
        "trained for: 1.25 million images",
        "distance: 3.5 (FD-squeeze, 5,000 samples)",
        "recipe: ganpaint train cats --out mine --kimg 1250",
        f"nearest training pictures: {tmp_path / 'mine.nearest.webp'}",
    ):
        assert lines.count(line) == 1, line
    assert any(line.startswith("new pictures: Copies: only 0.42 times") for line in lines)
    (record,) = ganpaint("inspect", path, "--json").records
    assert record["training"]["kimg"] == 1250.0 and record["data"]["images"] == 1234
    assert record["nearest"] == str(tmp_path / "mine.nearest.webp")


def test_the_list_has_the_same_facts(ganpaint) -> None:
    assert "trained for" not in ganpaint("models").out
    card = read_manifest(resource("models", "fruits-64.toml"))
    kimg, lpips = card["training"]["kimg"], card["quality"]["projection_w_plus"]["lpips"]
    out = ganpaint("models", "--facts").out
    assert f"trained for: {kimg} thousand images" in out
    assert f"projected, w+: LPIPS {lpips}" in out
    record = next(r for r in ganpaint("models", "--json").records if r["name"] == "fruits-64")
    assert record["training"]["kimg"] == kimg and record["nearest"] is None
    (inspected,) = ganpaint("inspect", "fruits-64", "--json").records
    for table in ("data", "training", "quality"):
        assert inspected[table] == record[table]


def test_inspect_says_what_is_in_a_model(ganpaint) -> None:
    done = ganpaint("inspect", "tiny-16", "--tensors", "--threads", 1)
    assert done.code == 0, done.err
    for words in ("family: stylegan2", "licence: CC0", "synthesis.b4.const: 12 × 4 × 4", " ± "):
        assert words in done.out
    (record,) = ganpaint("inspect", "tiny-16", "--json", "--threads", 1).records
    assert record["opened"]
    assert record["class_names"] == ["ginger", "tuxedo", "white"]
    assert record["shapes"]
    assert record["statistics"]


@pytest.mark.behaviour("X18", "X19")
def test_a_file_that_is_refused(ganpaint, tmp_path: Path) -> None:
    path = tmp_path / "letter.pt"
    path.write_text("dear")
    done = ganpaint("inspect", path)
    assert done.code == 2
    assert '"letter.pt"' in done.out
    path.write_bytes(b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.")
    done = ganpaint("inspect", path)
    assert done.code == 2
    assert "asks to run: os.system" in done.out
    (record,) = ganpaint("inspect", path, "--json").records
    assert record["asks_to_run"] == ["os.system"]
    assert ganpaint("inspect", tmp_path / "none.pt").code == 2


@pytest.mark.parametrize("name", ["out.safetensors", "out.pth"])
def test_what_is_converted_paints_the_same(ganpaint, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    done = ganpaint("convert", "tiny-16", out, "--threads", 1)
    assert done.code == 0, done.err
    assert f"Written: {out}" in done.out
    again = ganpaint("convert", "tiny-16", out)
    assert again.code == 2
    assert "exists and was not replaced" in again.err
    assert ganpaint("convert", "tiny-16", out, "--force", "--json").records[0]["result"]
    record = ganpaint("inspect", out, "--json").records[0]
    assert (record["family"], record["resolution"]) == ("stylegan2", 16)


def test_an_ending_that_says_no_form(ganpaint, tmp_path: Path) -> None:
    done = ganpaint("convert", "tiny-16", tmp_path / "out.doc")
    assert done.code == 2
    assert ".safetensors" in done.err


def test_a_form_that_cannot_hold_the_model_says_why(ganpaint, tmp_path: Path) -> None:
    done = ganpaint("convert", "tiny-16", tmp_path / "out.pt")
    assert done.code == 2
    assert "cannot hold classes" in done.err
    assert not (tmp_path / "out.pt").exists()


def test_what_a_file_does_not_say_is_answered_once(ganpaint, tmp_path: Path) -> None:
    import torch

    from tests.models import tiny_dcgan

    path = tmp_path / "faces.pth"
    torch.save(tiny_dcgan().state_dict(), path)
    first = ganpaint("inspect", path)
    assert first.code == 0 and "c dim: 0" in first.out
    assert f"ganpaint inspect {path} --answer c_dim=NUMBER" in first.out
    wrong = ganpaint("inspect", path, "--answer", "c_dim=99")
    assert wrong.code == 2 and "99 of them are classes" in wrong.err
    answered = ganpaint("inspect", path, "--answer", "c_dim=3")
    assert answered.code == 0 and "c dim: 3" in answered.out
    again = ganpaint("inspect", path)
    assert "c dim: 3" in again.out and "--answer" not in again.out
