"""ganpaint's own form: `NAME.safetensors` with `NAME.toml` beside it (FORMATS section 14).

Tensors carry the family's published names behind `G_ema.` and `D.`; the manifest says what they
do not: configuration, class names, data, licence and quality. Written whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganpaint import manifest as manifests
from ganpaint import provenance
from ganpaint.atomic import atomic_write
from ganpaint.engine.checkpoints import sentences, tables
from ganpaint.engine.checkpoints.archive import Contents
from ganpaint.engine.checkpoints.loaded import Loaded, content_hash
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.errors import BadRequest
from ganpaint.paths import quoted

METADATA = {"format": "ganpaint", "version": "1"}
TITLE = "bundle"


def recognise(contents: Contents) -> bool:
    """A safetensors file with a manifest beside it, or one that says it is ours."""
    if contents.kind != "safetensors":
        return False
    return _manifest_of(contents.path).is_file() or contents.metadata.get("format") == "ganpaint"


def read(contents: Contents, config: Mapping[str, Any]) -> Loaded:
    """The bundle's model.

    Raises:
        BadModel: the manifest is missing, newer, damaged, or belongs to another file.
    """
    path = _manifest_of(contents.path)
    if not path.is_file() and "manifest" in contents.metadata:
        record = _lone(contents)
    else:
        record = manifests.read_manifest(path)
        _check_file(record, contents)
    tensors = {
        name: tensor for name, tensor in contents.value.items() if name.startswith(("G_ema.", "D."))
    }
    judged = any(name.startswith("D.") for name in tensors)
    return Loaded(
        family=record["family"],
        table=dict(record["generator"]) | dict(config),
        tensors=tensors,
        judge=dict(record.get("discriminator", {})) if judged else None,
        format="ganpaint bundle",
        facts=facts_of(record),
    )


def facts_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """What ModelInfo takes over from a manifest."""
    found: dict[str, Any] = {
        "name": record["name"],
        "title": str(record.get("title", record["name"])),
        "licence": manifests.licence_of(record),
        "class_names": tuple(record.get("classes", {}).get("names", ())),
    }
    found |= provenance.tables(record)
    frame = record.get("frame", {})
    for key in ("center", "size"):
        value = frame.get(key)
        if isinstance(value, list) and len(value) == 2:
            found[f"frame_{key}"] = (float(value[0]), float(value[1]))
    return found


def write_bundle(
    path: Path,
    tensors: Mapping[str, Tensor],
    manifest: Mapping[str, Any],
    *,
    half: bool = True,
) -> Path:
    """Write NAME.safetensors and NAME.toml → the path of the former.

    Args:
        path: with or without the ending .safetensors; its stem becomes the model's name.
        tensors: named `G_ema.…`, `D.…` and, if wanted, `encoder.…`, `stats.…`.
        manifest: the tables `generator`, `family` and whatever else is known of them
            (title, discriminator, classes, data, training, quality, frame); `format`, `name` and
            `files` are filled in here.
        half: store floats in half precision.

    Raises:
        DiskFull, ReadOnly, CannotWrite: the former files are untouched.
        BadRequest: a number does not fit half precision.
    """
    from safetensors.torch import save

    path = path if path.suffix == ".safetensors" else path.with_name(path.name + ".safetensors")
    stored = {name: _stored(name, tensor, half) for name, tensor in tensors.items()}
    record: dict[str, Any] = {"format": manifests.FORMAT, "name": path.stem}
    record |= {k: v for k, v in manifest.items() if k not in ("format", "name", "files")}
    data = save(stored, METADATA | {"manifest": json.dumps(record)})
    record["files"] = {
        "tensors": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "content": content_hash(stored),
        "parameters": sum(t.numel() for name, t in stored.items() if name.startswith("G_ema.")),
    }
    text = to_toml(record).encode()
    with atomic_write(path, needed=len(data)) as file:
        file.write(data)
    with atomic_write(path.with_suffix(".toml")) as file:
        file.write(text)
    return path


def write(generator: Generator, path: Path) -> list[str]:
    """Write a generator with its discriminator, in half precision. Raises as `write_bundle`."""
    tensors, manifest = parts_of(generator)
    write_bundle(path, tensors, manifest)
    return ["The numbers are stored in half precision."]


def write_exactly(generator: Generator, path: Path) -> list[str]:
    """Write a generator with its discriminator, bit by bit. Raises as `write_bundle`."""
    tensors, manifest = parts_of(generator)
    write_bundle(path, tensors, manifest, half=False)
    return []


def parts_of(generator: Generator) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and the manifest's tables of a generator with its discriminator."""
    judge = generator.discriminator
    tensors = {f"G_ema.{name}": tensor for name, tensor in generator.state_dict().items()}
    info = generator.info
    manifest: dict[str, Any] = {
        "title": info.title or info.name,
        "family": info.family,
        "generator": table_of(generator),
    }
    if judge is not None:
        tensors |= {f"D.{name}": tensor for name, tensor in judge.state_dict().items()}
        manifest["discriminator"] = tables.judge_table(judge.config)
    if info.class_names:
        manifest["classes"] = {"names": list(info.class_names)}
    if info.licence:
        manifest["licence"] = info.licence
    manifest["frame"] = {"center": list(info.frame_center), "size": list(info.frame_size)}
    if generator.info.family == "stylegan2":
        tensors = without_filters(tensors)
    return tensors, manifest


def table_of(generator: Generator) -> dict[str, Any]:
    """The `[generator]` table: the one it was opened with, or that of a freshly made StyleGAN2."""
    table: dict[str, Any] | None = getattr(generator, "table", None)
    if table is not None:
        return dict(table)
    if isinstance(generator, StyleGAN2Generator):
        return tables.stylegan2_table(generator.config)
    raise BadRequest(
        f"This model of the family {generator.info.family} was not opened from a file.",
        "Save it where it was made.",
    )


def without_filters(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The manifest's `resample_filter` is the recipe of these buffers."""
    return {name: t for name, t in tensors.items() if not name.endswith(".resample_filter")}


def _stored(name: str, tensor: Tensor, half: bool) -> Tensor:
    tensor = tensor.detach().cpu().contiguous()
    if not tensor.dtype.is_floating_point:
        return tensor
    if half and tensor.dtype != torch.float16:
        packed = tensor.to(torch.float16)
        if bool((torch.isinf(packed) & torch.isfinite(tensor)).any()):
            raise BadRequest(
                f"{quoted(name)} holds numbers beyond 65504, which half precision cannot store.",
                "Write the model in full precision.",
            )
        return packed
    return tensor if half else tensor.float()


def _manifest_of(path: Path) -> Path:
    return path.with_suffix(".toml")


def _lone(contents: Contents) -> dict[str, Any]:
    """The manifest that a bundle repeats in its own header, for a file that lost its companion."""
    try:
        record = json.loads(contents.metadata["manifest"])
    except (ValueError, RecursionError) as error:
        raise sentences.damaged(contents.name, "the description in its header", error) from error
    if not isinstance(record, dict):
        raise sentences.damaged(contents.name, "the description in its header")
    found = record | {"name": contents.path.stem, "files": {"tensors": "x.safetensors"}}
    fault = manifests.fault_of(found)
    if fault:
        raise sentences.damaged(contents.name, f"the description in its header: {fault}")
    return found


def _check_file(record: Mapping[str, Any], contents: Contents) -> None:
    files = record["files"]
    if files["tensors"] != contents.name:
        raise sentences.damaged(
            contents.name, f"the description beside it belongs to {quoted(files['tensors'])}"
        )
    size = files.get("bytes")
    if size and size != contents.budget.file_bytes:
        raise sentences.cut_off(contents.name, "the file", int(size), contents.budget.file_bytes)
    expected = files.get("sha256")
    if expected:
        with contents.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise sentences.damaged(contents.name, "its bytes are not those of its description")


# ------------------------------------------------------------------ TOML
def to_toml(record: Mapping[str, Any]) -> str:
    """A manifest as TOML: plain values first, then a table a part."""
    plain = [f"{_key(k)} = {_value(v)}" for k, v in record.items() if not isinstance(v, Mapping)]
    tables_ = [
        "\n".join(["", f"[{_key(k)}]", *(f"{_key(i)} = {_value(j)}" for i, j in v.items())])
        for k, v in record.items()
        if isinstance(v, Mapping)
    ]
    return "\n".join([*plain, *tables_]) + "\n"


def _key(key: str) -> str:
    plain = key.replace("_", "").replace("-", "")
    return key if plain.isascii() and plain.isalnum() else _text(key)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, which forbids one character more
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    raise TypeError(f"{type(value).__name__} has no place in a manifest")
