"""Commands about models: models, inspect, convert."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ganpaint import provenance
from ganpaint.catalogue import Catalogue, Entry
from ganpaint.cli import arguments as options
from ganpaint.cli.arguments import Command
from ganpaint.cli.outputs import plain
from ganpaint.cli.paint import MakeStudio, studio_for
from ganpaint.cli.terminal import Terminal
from ganpaint.errors import BadModel, BadRequest
from ganpaint.model_info import classes_text
from ganpaint.paths import is_there, models_dir, quoted
from ganpaint.tasks.requests import AnswerModel, ConvertModel, InspectModel, perform

FORMS = ("ganpaint", "ganpaint-float32", "rosinality", "nvidia")


def _models_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--classes", action="store_true", help="list the classes too")
    parser.add_argument(
        "--facts", action="store_true", help="data, training and quality of each, where known"
    )


def models(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """All models that are on this computer; needs no torch."""
    entries = Catalogue.scan().entries
    for entry in entries:
        terminal.give(_record(entry))
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        facts = [entry.family or "not opened yet"]
        facts += [f"{entry.resolution} px"] * bool(entry.resolution)
        facts += [classes_text(len(entry.class_names))] * bool(entry.class_names)
        facts += [entry.source]
        terminal.say(f"{entry.name:<{width}}  {', '.join(facts)}  {entry.title}".rstrip())
        if args.classes and entry.class_names:
            terminal.say(f"{'':<{width}}  {', '.join(entry.class_names)}")
        for line in _facts(entry.card, entry.nearest) if args.facts else ():
            terminal.say(f"    {line}")
    terminal.say(f"\nMore models go into {models_dir()}")
    return 0


def _record(entry: Entry) -> dict[str, Any]:
    """As `inspect` gives them: data, training and quality are tables of their own."""
    known = {key: value for key, value in asdict(entry).items() if key != "card"}
    known = {key: str(value) if isinstance(value, Path) else value for key, value in known.items()}
    return known | dict(entry.card)


def _facts(card: Mapping[str, Any], nearest: str | Path | None) -> Iterator[str]:
    """Lines about data, training and quality: what the model's card in the window says."""
    for fact in provenance.facts(card):
        group = f"{fact.group} " if fact.group == "data" else ""
        yield f"{group}{fact.label.lower()}: {fact.words}"
    if nearest:
        yield f"nearest training pictures: {nearest}"
    if words := provenance.recipe(card):
        yield f"recipe: {words}"


def _inspect_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="name, file or content hash")
    parser.add_argument("--tensors", action="store_true", help="the shape of every tensor")
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        type=options.pair("answer"),
        metavar="NAME=NUMBER",
        help="keep what the file does not say: c_dim, BN_eps or SN_eps; may be repeated",
    )


def inspect(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """What is in a model file, or why it is refused; exit code 2 then."""
    studio = studio_for(args, make_studio)
    if args.answer:
        terminal.run(AnswerModel(args.model, tuple(args.answer)), studio, perform)
    record = terminal.run(InspectModel(args.model), studio, perform)
    terminal.give(plain(record))
    if not record["opened"]:
        terminal.say(f"{record['sentence']} {record['remedy']}")
        for name in record["asks_to_run"]:
            terminal.say(f"asks to run: {name}")
        return BadModel.exit_code
    for key, value in record.items():
        if isinstance(value, list) and key != "statistics":
            value = ", ".join(map(str, value))
        if isinstance(value, str | int | float) and value != "" and key != "nearest":
            terminal.say(f"{key.replace('_', ' ')}: {value}")
    for name in record["questions"]:
        terminal.say(f"If you know it: ganpaint inspect {args.model} --answer {name}=NUMBER")
    for part in ("generator", "discriminator"):
        if record.get(part):
            facts = ", ".join(f"{key} {value}" for key, value in record[part].items())
            terminal.say(f"{part}: {facts}")
    for line in _facts(record, record.get("nearest")):
        terminal.say(line)
    for figures in record["statistics"]:
        terminal.say(_statistics(figures))
    if args.tensors:
        for name, shape in record["shapes"].items():
            terminal.say(f"  {name}: {' × '.join(map(str, shape)) or 'one number'}")
    return 0


def _statistics(figures: dict[str, Any]) -> str:
    """A line about one group of layers."""
    line = f"{figures['group']}: {figures['numbers']} numbers in {figures['tensors']} tensors"
    if "mean" in figures:
        line += (
            f", mean {figures['mean']:.4g} ± {figures['deviation']:.4g}, "
            f"{figures['least']:.4g} to {figures['most']:.4g}"
        )
    return line + (f", {figures['not_finite']} not finite" if figures["not_finite"] else "")


def _convert_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="IN", help="name, file or content hash")
    parser.add_argument("path", metavar="OUT", help=".safetensors, .pt or .pth")
    parser.add_argument(
        "--form",
        type=options.one_of("form", FORMS),
        help=f"{', '.join(FORMS)} (default: by the ending of OUT)",
    )
    parser.add_argument("--force", action="store_true", help="replace OUT where it exists")


def convert(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Write a model in another form."""
    path = Path(args.path)
    if is_there(path) and not args.force:
        raise BadRequest(
            f"{quoted(path)} exists and was not replaced.", "Choose another name, or add --force."
        )
    request = ConvertModel(args.model, path, args.form or "")
    done = terminal.run(request, studio_for(args, make_studio), perform)
    for note in done.notes:
        terminal.say(note)
    terminal.say(f"Written: {done.path}")
    record = {"path": str(done.path), "family": done.family, "notes": list(done.notes)}
    terminal.give({"result": record})
    return 0


COMMANDS = {
    "models": Command(
        "list the models on this computer",
        "  ganpaint models\n  ganpaint models --classes --facts\n  ganpaint models --json\n",
        _models_arguments,
        models,
    ),
    "inspect": Command(
        "say what is in a model file; nothing in it is run",
        "  ganpaint inspect cats-64\n  ganpaint inspect network.pkl --tensors --json\n",
        _inspect_arguments,
        inspect,
    ),
    "convert": Command(
        "write a model in another form",
        "  ganpaint convert network.pkl mine.safetensors\n"
        "  ganpaint convert cats-64 cats.pt --form rosinality\n",
        _convert_arguments,
        convert,
    ),
}
