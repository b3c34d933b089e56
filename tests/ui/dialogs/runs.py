"""Runs, pictures and models that a training dialog finds."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from ganpaint.catalogue import Catalogue, Entry
from ganpaint.paths import state_dir
from ganpaint.ui.dialogs.train import TrainDialog


def a_run(name: str, images: int = 1616, **told: Any) -> Path:
    """A run in the state folder, as the command leaves it; returns its folder."""
    folder = state_dir() / "training" / name
    folder.mkdir(parents=True)
    facts = {"images": images, "resolution": 64, "curve": [[800, 64, 9.0, "FD", 500, 0.0]]}
    header = json.dumps({"__metadata__": {"facts": json.dumps(facts)}}).encode()
    (folder / "last.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    (folder / "run.json").write_text(json.dumps({"finished": False} | told))
    return folder


def look(dialog: TrainDialog, source: Path, count: int = 40, **record: Any) -> None:
    """Choose pictures, and hear what is in them."""
    dialog.take_folder(source)
    dialog.pictures._found({"pictures": count, "classes": [], "notes": []} | record)


def know(dialog: TrainDialog, *entries: Entry) -> None:
    dialog._editor.catalogue = Catalogue(entries)
    dialog._editor.catalogueChanged.emit()


CATS = Entry("cats-64", "Cats, ten coats", Path("cats-64.safetensors"), "stylegan2", 64)
