"""models and inspect."""

from __future__ import annotations

from pathlib import Path


def test_models_are_listed_for_people_and_machines(ganpaint) -> None:
    done = ganpaint("models", "--classes")
    assert done.code == 0
    assert "tiny-16" in done.out
    assert "ginger, tuxedo, white" in done.out
    record = next(r for r in ganpaint("models", "--json").records if r["name"] == "tiny-16")
    assert (record["family"], record["resolution"], record["source"]) == ("stylegan2", 16, "user")
    assert record["path"].endswith("tiny-16.safetensors")


def test_inspect_says_what_is_in_a_model(ganpaint) -> None:
    done = ganpaint("inspect", "tiny-16", "--tensors", "--threads", 1)
    assert done.code == 0, done.err
    assert "family: stylegan2" in done.out
    assert "synthesis.b4.const" in done.out
    (record,) = ganpaint("inspect", "tiny-16", "--json", "--threads", 1).records
    assert record["classes"] == ["ginger", "tuxedo", "white"]
    assert record["tensors"]


def test_a_file_that_is_no_model(ganpaint, tmp_path: Path) -> None:
    path = tmp_path / "letter.pt"
    path.write_text("dear")
    done = ganpaint("inspect", path)
    assert done.code == 2
    assert '"letter.pt"' in done.err
