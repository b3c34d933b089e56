"""Commands about models: models, inspect."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ganpaint.catalogue import Catalogue, Entry
from ganpaint.cli.arguments import Command
from ganpaint.cli.outputs import plain
from ganpaint.cli.paint import MakeStudio, studio_for
from ganpaint.cli.terminal import Terminal
from ganpaint.paths import models_dir
from ganpaint.tasks.requests import InspectModel, perform


def _models_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--classes", action="store_true", help="list the classes too")


def models(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """All models that are on this computer; needs no torch."""
    entries = Catalogue.scan().entries
    for entry in entries:
        terminal.give(_record(entry))
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        facts = [entry.family or "not opened yet"]
        facts += [f"{entry.resolution} px"] * bool(entry.resolution)
        facts += [f"{len(entry.class_names)} classes"] * bool(entry.class_names)
        facts += [entry.source]
        terminal.say(f"{entry.name:<{width}}  {', '.join(facts)}  {entry.title}".rstrip())
        if args.classes and entry.class_names:
            terminal.say(f"{'':<{width}}  {', '.join(entry.class_names)}")
    terminal.say(f"\nMore models go into {models_dir()}")
    return 0


def _record(entry: Entry) -> dict[str, Any]:
    return {
        key: str(value) if isinstance(value, Path) else value
        for key, value in asdict(entry).items()
    }


def _inspect_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="name, file or content hash")
    parser.add_argument("--tensors", action="store_true", help="every tensor with its statistics")


def inspect(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """What is in a model file."""
    record = terminal.run(InspectModel(args.model), studio_for(args, make_studio), perform)
    terminal.give(plain(record))
    tensors = record.pop("tensors", [])
    directions = record.pop("directions", [])
    for key, value in record.items():
        if isinstance(value, list):
            value = ", ".join(map(str, value))
        if value not in ("", None):
            terminal.say(f"{key.replace('_', ' ')}: {value}")
    for direction in directions[:12]:
        share = 100 * direction["share"]
        terminal.say(f"slider {direction['id']}: {direction['name']} ({share:.1f} %)")
    terminal.say(f"tensors: {len(tensors)}")
    if args.tensors:
        for tensor in tensors:
            shape = " × ".join(map(str, tensor["shape"])) or "scalar"
            terminal.say(
                f"  {tensor['name']}: {shape} {tensor['type']}, "
                f"mean {tensor['mean']:.4g}, std {tensor['std']:.4g}"
            )
    return 0


COMMANDS = {
    "models": Command(
        "list the models on this computer",
        "  ganpaint models\n  ganpaint models --classes\n  ganpaint models --json\n",
        _models_arguments,
        models,
    ),
    "inspect": Command(
        "say what is in a model file; nothing in it is run",
        "  ganpaint inspect cats-64\n  ganpaint inspect network.pkl --tensors --json\n",
        _inspect_arguments,
        inspect,
    ),
}
