"""The command that trains a generator on one's own pictures.

Ctrl+C keeps what was learnt: the checkpoint is on the disk and the best network becomes the
model. `torchrun --nproc-per-node N -m ganpaint train …` trains in several processes, of which
the first one speaks.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ganpaint.cli.arguments import Command, number, whole
from ganpaint.cli.paint import MakeStudio, studio_for
from ganpaint.cli.terminal import Terminal
from ganpaint.paths import state_dir
from ganpaint.progress import Progress
from ganpaint.tasks.requests import Trained, TrainRequest, perform

EXAMPLES = """\
  ganpaint train mycats/ --out mycats --minutes 60
  ganpaint train mycat/ --from cats-64 --out mycat --kimg 20
  ganpaint train pets.zip --out pets --resolution 128 --kimg 2000
  ganpaint train mycats/ --out mycats --kimg 500 --resume
  torchrun --nproc-per-node 2 -m ganpaint train pets.zip --out pets --kimg 2000"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FOLDER_OR_ZIP", help="pictures; sub-folders are classes")
    parser.add_argument("--out", required=True, metavar="NAME", help="name of the new model")
    parser.add_argument("--resolution", type=whole(16), default=0, metavar="R", help="16 … 512")
    parser.add_argument("--minutes", type=number(0, 1e6), default=0.0, metavar="M", help="how long")
    parser.add_argument(
        "--kimg", type=number(0, 1e6), default=0.0, metavar="K", help="thousand images"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--from", dest="base", default="", metavar="MODEL", help="start as MODEL")
    parser.add_argument("--dedupe", action="store_true", help="leave exact duplicates out")
    parser.add_argument("--batch", type=whole(4), default=16, metavar="N", help="pictures a step")
    parser.add_argument("--seed", type=whole(0), default=0, metavar="S", help="of all randomness")
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    parser.add_argument("--augment", choices=("auto", "off"), default="auto")
    parser.add_argument("--licence", default="", help="of the pictures, for the model card")
    parser.add_argument("--title", default="", help="shown name of the model")


def train(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Train, show sheets and figures, write the model."""
    if int(os.environ.get("RANK", "0")):
        terminal = Terminal(quiet=True)
    terminal.keep_best = True
    request = TrainRequest(
        source=Path(args.source),
        out=args.out,
        threads=args.threads,
        **{
            name: getattr(args, name)
            for name in (
                *("resolution", "minutes", "kimg", "resume", "base", "dedupe", "batch", "seed"),
                *("precision", "augment", "licence", "title"),
            )
        },
    )
    sheets = state_dir() / "training" / Path(args.out).name / "sheets"
    result: Trained = terminal.run(
        request,
        studio_for(args, make_studio),
        perform,
        lambda progress: _tell(progress, terminal, sheets),
    )
    terminal.give({"model": result.name, "path": str(result.path), "figures": result.figures})
    terminal.say(f"Wrote {result.path}")
    if result.figures:
        found = result.figures["distance"]
        terminal.say(
            f"{found['kind']} {found['value']:.4g} on {found['samples']} pictures "
            f"(two halves of the real ones: {result.figures['floor']:.4g}); "
            f"memorising ratio {result.figures['memorising']['ratio']:.2f}"
        )
        terminal.say(f"Sample sheets: {sheets}")
    return leave(130 if terminal.interrupted else 0)


def leave(code: int) -> int:
    """The exit code; one of several processes ends here, without the interpreter's teardown.

    One in ten such processes is otherwise aborted at exit ("terminate called without an active
    exception", torch 2.13 with gloo), after all its work is done, and torchrun reports a failure.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _tell(progress: Progress, terminal: Terminal, sheets: Path) -> None:
    """One JSON object a moment; sheets as PNG files; notes as lines."""
    images = getattr(progress, "images", None)
    if images is None:
        terminal.give({"note": progress.sentence})
        terminal.say(progress.sentence)
        return
    sheet = getattr(progress, "sheet", None)
    path = _write_sheet(sheet, images, sheets) if sheet is not None else None
    terminal.give(_record(progress, path))


def _record(progress: Progress, sheet: Path | None) -> dict[str, Any]:
    names = ("phase", "images", "per_second", "resolution", "fade")
    record: dict[str, Any] = {
        "done": progress.done,
        "seconds": round(progress.seconds, 1),
        "remaining": progress.remaining,
        "sentence": progress.sentence,
    }
    record |= {name: getattr(progress, name) for name in names}
    for name in ("figures", "distance", "best"):
        value = getattr(progress, name)
        record[name] = None if value is None else asdict(value)
    record["sheet"] = None if sheet is None else str(sheet)
    return record


def _write_sheet(pixels: Any, images: int, folder: Path) -> Path:
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{images:09d}.png"
    Image.fromarray(pixels).save(path)
    return path


COMMANDS = {
    "train": Command(
        "train a generator on a folder of your own pictures", EXAMPLES, _arguments, train
    )
}
