"""What is said of a model on its card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ganpaint.catalogue import Entry
from ganpaint.model_info import Capability, ModelInfo
from ganpaint.paths import models_dir
from ganpaint.ui import model_facts
from tests.ui.stand_ins import model_of

ENTRY = Entry(
    "cats-64", "Cats", Path("/x/cats-64.safetensors"), "stylegan2", 64, ("a", "b"), "ab" * 32, "CC0"
)


def test_one_line_says_what_it_is() -> None:
    assert model_facts.summary(ENTRY) == "StyleGAN2 · 64 px · 2 classes"
    assert model_facts.summary(replace(ENTRY, family="")) == "Not looked into yet"
    assert model_facts.summary(replace(ENTRY, class_names=("sphynx",))).endswith("px · 1 class")
    assert known_of(replace(ENTRY, class_names=("sphynx",)))["Class"] == "sphynx"


def test_sizes_of_files_and_folders(tmp_path: Path) -> None:
    weights = tmp_path / "pytorch_model.bin"
    weights.write_bytes(b"x" * 2500)
    (tmp_path / "config.json").write_text("{}")
    assert model_facts.size_on_disk(tmp_path) == model_facts.size_on_disk(weights) == 2500
    assert model_facts.size_on_disk(tmp_path / "gone") == 0
    entry = replace(ENTRY, path=weights, source="recent")
    assert model_facts.where(entry) == "Opened from elsewhere · 2.5 kB"


def known_of(entry: Entry, info: ModelInfo | None = None) -> dict[str, str]:
    return {
        f"{fact.group} {fact.label}".strip(): fact.words for fact in model_facts.facts(entry, info)
    }


def test_only_a_stylegan2_with_its_discriminator_can_be_trained_further() -> None:
    whole = replace(model_of(), capabilities=frozenset({Capability.DISCRIMINATOR}))
    assert model_facts.why_not_train(ENTRY, whole) == ""
    assert "discriminator" in model_facts.why_not_train(ENTRY, model_of())
    assert "being looked into" in model_facts.why_not_train(ENTRY, None)
    other = replace(ENTRY, family="dcgan")
    assert model_facts.why_not_train(other, None) == "Only StyleGAN2 models can be trained further."


def test_facts_grow_with_what_is_known() -> None:
    assert known_of(ENTRY) == {
        "Family": "StyleGAN2",
        "Picture": "64 × 64 px",
        "Classes": "2: a, b",
        "Licence": "CC0",
        "File": "cats-64.safetensors",
        "Hash": "ab" * 8,
    }
    more = known_of(ENTRY, replace(model_of(), parameters=2_300_000))
    assert more["Code"] == "z 8, w 8 in 4 layers" and more["Parameters"] == "2.3 million"
    assert more["Picture"] == "64 × 64 px, RGB"
    assert model_facts.code_words(replace(model_of(), num_ws=0, w_dim=0)) == "z 8"
    many = tuple(f"class {k}" for k in range(1000))
    assert model_facts.names_words(many).startswith("1000: class 0, class 1")
    assert model_facts.names_words(many).endswith(", …")


def test_what_the_manifest_says_comes_after_the_models_own() -> None:
    card = {"data": {"name": "cats", "licence": "CC0"}, "training": {"kimg": 93.1}}
    known = known_of(replace(ENTRY, card=card))
    assert known["data Name"] == "cats" and known["training Trained for"] == "93.1 thousand images"
    assert known["data Licence"] == "CC0" and "Licence" not in known  # said once
    weights = known_of(replace(ENTRY, card=card, licence="MIT"))
    assert (weights["Licence"], weights["data Licence"]) == ("MIT", "CC0")
    groups = [fact.group for fact in model_facts.facts(replace(ENTRY, card=card), None)]
    assert groups == sorted(groups, key=["", "data", "training"].index)


def test_what_is_unknown_is_absent() -> None:
    assert "Licence" not in known_of(replace(ENTRY, licence=""))


def test_only_what_lies_in_the_users_folder_can_be_removed() -> None:
    own = replace(ENTRY, path=models_dir() / "mine.pkl", source="user")
    assert model_facts.is_own(own) and not model_facts.why_not_remove(own)
    assert not model_facts.why_not_remove(replace(ENTRY, source="recent"))
    for source in ("bundled", "extra", "user"):
        assert model_facts.why_not_remove(replace(ENTRY, source=source)).endswith(".")
