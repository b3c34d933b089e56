"""Commands that paint into photos: project, scribble, run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganpaint.cli import arguments as options
from ganpaint.cli import batch
from ganpaint.cli.arguments import Command, settings_given
from ganpaint.cli.outputs import Folder, output_folder
from ganpaint.cli.terminal import INTERRUPTED, Terminal
from ganpaint.document import inputs
from ganpaint.document.code_file import read_code
from ganpaint.document.recipe import from_recipe, recipe_from_text, recipe_photo, to_recipe
from ganpaint.errors import BadRequest
from ganpaint.model_info import ModelInfo
from ganpaint.paths import quoted
from ganpaint.tasks.requests import (
    Blend,
    OpenModel,
    OpenPhoto,
    Painted,
    Pictures,
    ProjectRequest,
    ScribbleRequest,
    perform,
)

if TYPE_CHECKING:
    from ganpaint.document.document import Edit
    from ganpaint.picture.photo import Photo
    from ganpaint.tasks.studio import Studio

MakeStudio = Callable[..., Any]


def studio_for(args: argparse.Namespace, make_studio: MakeStudio) -> Studio:
    """The studio of a command: all processors unless said otherwise."""
    studio: Studio = make_studio(device=args.device, threads=args.threads or -1)
    return studio


def open_photo(path: str, terminal: Terminal, studio: Studio) -> Photo:
    """A picture file; its notices are said."""
    photo = open_picture(path, terminal, studio)
    for note in photo.notes:
        terminal.say(note)
    return photo


def open_picture(path: str, terminal: Terminal, studio: Studio) -> Photo:
    """A picture file that is a mask or strokes: how good a photo it is does not matter."""
    photo: Photo = terminal.run(OpenPhoto(Path(path)), studio, perform)
    return photo


def open_model(key: str, terminal: Terminal, studio: Studio) -> ModelInfo:
    """The facts of a model, which is loaded then."""
    info: ModelInfo = terminal.run(OpenModel(key), studio, perform)
    return info


# ------------------------------------------------------------------------------ project
def _project_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "photo", metavar="PHOTO", help="PNG, JPEG, TIFF, WebP, BMP or GIF; or a folder of them"
    )
    options.add_out(parser)
    options.add_model(parser)
    _search_arguments(parser)
    options.add_place(parser)
    options.add_classes(parser)
    options.add_keep_best(parser)
    batch.add_arguments(parser)


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("search")
    group.add_argument(
        "--space", type=options.one_of("space", options.SPACES), help="z, w or w+ (default w+)"
    )
    group.add_argument("--steps", type=options.whole(1), metavar="N", help="(default 300)")
    group.add_argument(
        "--starts", type=options.whole(1), metavar="K", help="searched side by side (default 1)"
    )
    group.add_argument(
        "--samples", type=options.whole(0), metavar="M", help="tried for the starts (default 64)"
    )
    options.add_seed(parser)
    for name, text in (
        ("loss", "l1, l2, logcosh, laplacian, lpips or discriminator with its weight"),
        ("regulariser", "prior or spread with its weight"),
    ):
        group.add_argument(
            f"--{name}",
            action="append",
            type=options.pair("weight"),
            metavar="NAME=WEIGHT",
            help=f"{text}; may be repeated",
        )


def project_request(
    args: argparse.Namespace, photo: Photo, info: ModelInfo, terminal: Terminal, studio: Studio
) -> ProjectRequest:
    """The request that the arguments of `project` ask for."""
    frame = inputs.read_frame(args.frame, photo, info)
    mask = None
    if args.mask:
        mask = inputs.mask_of(open_picture(args.mask, terminal, studio), photo, args.mask)
    # a reconstruction has no difference to itself: keep-detail would give the photo back
    blend = Blend(args.blend or "replace", args.feather, args.strength, args.opacity)
    settings = settings_given(args, "space", "steps", "starts", "samples")
    if args.loss:
        settings["terms"] = tuple(args.loss)
    if args.regulariser:
        settings["regularisers"] = tuple(args.regulariser)
    return ProjectRequest(
        args.model,
        photo,
        frame,
        mask,
        seed=args.seed,
        class_weights=inputs.class_weights(info, args.class_name, args.mix),
        blend=blend,
        **settings,
    )


def project(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Find the code of a photo, or of each in a folder, and write it with its pictures."""
    if Path(args.photo).is_dir():
        return batch.project_folder(args, terminal)
    studio = studio_for(args, make_studio)
    with output_folder(args.out, studio) as folder:
        photo = open_photo(args.photo, terminal, studio)
        info = open_model(args.model, terminal, studio)
        request = project_request(args, photo, info, terminal, studio)
        painted: Painted = terminal.run(request, studio, perform)
        return give(painted, request, info, photo, folder, terminal)


def give(
    painted: Painted,
    request: Any,
    info: ModelInfo,
    photo: Photo | None,
    folder: Folder,
    terminal: Terminal,
) -> int:
    """Write a painted edit, say what it is; the exit code."""
    if len(painted.candidates) > 1:
        pictures = [inputs.picture_photo(c.patch.picture).pixels for c in painted.candidates]
        folder.write_numbered("candidate", pictures)
    model = {"name": info.name, "hash": info.hash, "resolution": info.resolution}
    report = {"model": model, "settings": to_recipe(request)} | painted.report
    record = folder.write_painted(replace(painted, report=report), info.name, photo)
    for line in figures(record):
        terminal.say(line)
    return end(record, folder, terminal)


def end(record: dict[str, Any], folder: Folder, terminal: Terminal) -> int:
    """Say what was written; the exit code."""
    terminal.say(folder.summary)
    terminal.give({"result": record, "interrupted": terminal.interrupted})
    return INTERRUPTED if terminal.interrupted else 0


def figures(report: dict[str, Any]) -> list[str]:
    """What a report says, for people."""
    lines = []
    if "best_step" in report:
        lines.append(
            f"Best loss {report['best_loss']:.4f} at step {report['best_step']} of "
            f"{report['steps']}, in {report['seconds']:.1f} s."
        )
    if "lpips" in report:
        lines.append(f"LPIPS {report['lpips']:.3f}, PSNR {report['psnr']:.1f} dB.")
    if "scribble_error" in report:
        lines.append(
            f"Difference to the strokes {report['scribble_error']:.1f} of 255 "
            f"(before {report['scribble_error_before']:.1f})."
        )
    shares = [f"{name} {100 * share:.0f} %" for name, share in report.get("class", {}).items()]
    if 0 < len(shares) <= 6:
        lines.append(f"Class: {', '.join(shares)}.")
    return lines


# ------------------------------------------------------------------------------ scribble
def _scribble_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "strokes", metavar="STROKES.png", help="RGBA: what is not transparent is a wish"
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="PHOTO_OR_CODE",
        help="a photo (projected first) or a code.npz; without it from nothing",
    )
    options.add_out(parser)
    options.add_model(parser, None)
    _search_arguments(parser)
    group = parser.add_argument_group("scribble")
    group.add_argument(
        "--stay-close",
        type=options.number(0, 1),
        metavar="N",
        help="0 free … 1 hardly anything else changes (default 0.3)",
    )
    group.add_argument("--scribble-steps", type=options.whole(1), metavar="N", help="(default 60)")
    group.add_argument(
        "--shown", type=options.whole(1), metavar="N", help="candidates from nothing (default 16)"
    )
    options.add_psi(parser, 0.7)
    options.add_place(parser)
    options.add_classes(parser)
    options.add_keep_best(parser)


def scribble(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Make the colours of a stroke picture real."""
    studio = studio_for(args, make_studio)
    with output_folder(args.out, studio) as folder:
        strokes = open_picture(args.strokes, terminal, studio)
        if not strokes.has_alpha:
            raise BadRequest(
                f"{quoted(Path(args.strokes))} has no transparency, so all of it would be strokes.",
                "Save the strokes as RGBA: transparent where nothing is wished.",
            )
        base = _scribble_base(args, strokes, terminal, studio)
        request = _scribble_request(args, strokes, base)
        if base.projected is not None and terminal.interrupted:
            found, asked = base.projected
            return give(found, asked, base.info, base.photo, folder, terminal)
        painted: Painted = terminal.run(request, studio, perform)
        if base.projected is not None:
            painted.report["projection"] = base.projected[0].report
        return give(painted, request, base.info, base.photo, folder, terminal)


@dataclass(frozen=True, slots=True)
class Base:
    """What strokes lie on: nothing, a code, or a photo and its projection."""

    info: ModelInfo
    edit: Edit | None = None
    photo: Photo | None = None
    projected: tuple[Painted, ProjectRequest] | None = None


def _scribble_base(
    args: argparse.Namespace, strokes: Photo, terminal: Terminal, studio: Studio
) -> Base:
    """What `--from` names."""
    if args.source is None:
        return Base(open_model(args.model or options.DEFAULT_MODEL, terminal, studio))
    if Path(args.source).suffix.lower() in (".npz", ".txt"):
        code = read_code(Path(args.source))
        info = open_model(args.model or code.model, terminal, studio)
        frame = inputs.read_frame(args.frame, strokes, info)
        return Base(info, inputs.edit_of(code, info, frame, Blend()))
    photo = open_photo(args.source, terminal, studio)
    inputs.require_size(strokes, photo, args.strokes)
    args.model = args.model or options.DEFAULT_MODEL
    info = open_model(args.model, terminal, studio)
    request = project_request(args, photo, info, terminal, studio)
    painted: Painted = terminal.run(request, studio, perform)
    return Base(info, painted.edit, photo, (painted, request))


def _scribble_request(args: argparse.Namespace, strokes: Photo, base: Base) -> ScribbleRequest:
    """The request that the arguments of `scribble` ask for."""
    edit, info = base.edit, base.info
    frame = edit.patch.frame if edit else inputs.read_frame(args.frame, strokes, info)
    blend = Blend("replace", args.feather, args.strength, args.opacity)
    settings = settings_given(args, "space", "samples", "stay_close", "shown")
    if args.scribble_steps:
        settings["steps"] = args.scribble_steps
    return ScribbleRequest(
        info.hash,
        base.photo or inputs.canvas_for(strokes),
        frame,
        painted=strokes,
        mask=edit.patch.mask if edit else None,
        edit=edit,
        seed=args.seed,
        class_weights=inputs.class_weights(info, args.class_name, args.mix),
        truncation_psi=args.psi,
        blend=inputs.blend_for(frame, info, args.blend, blend),
        **settings,
    )


# ------------------------------------------------------------------------------ run
def _run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "recipe", metavar="RECIPE", help="a recipe or report.json, or a recipe copied as text"
    )
    parser.add_argument("--photo", metavar="PHOTO", help="use this file as the recipe's photo")
    options.add_out(parser)
    options.add_model(parser, None)
    options.add_keep_best(parser)


def run(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Repeat what the window or a command did."""
    studio = studio_for(args, make_studio)
    with output_folder(args.out, studio) as folder:
        record = recipe_from_text(_recipe_text(args.recipe))
        photo = open_photo(args.photo, terminal, studio) if args.photo else recipe_photo(record)
        request: Any = from_recipe(record, photo)
        if args.model:
            request = replace(request, model=args.model)
        if not hasattr(request, "model"):
            raise BadRequest("This recipe paints nothing.", "Choose the recipe of an edit.")
        info = open_model(request.model, terminal, studio)
        result = terminal.run(request, studio, perform)
        if isinstance(result, Painted):
            return give(result, request, info, photo, folder, terminal)
        if not isinstance(result, Pictures):
            raise BadRequest("This recipe paints nothing.", "Choose the recipe of an edit.")
        folder.write_numbered("picture", result.pictures)
        return end(folder.write_report({"settings": record}), folder, terminal)


def _recipe_text(argument: str) -> str:
    if argument.startswith("ganpaint-recipe:"):
        return argument
    path = Path(argument)
    try:
        if path.stat().st_size > 64 << 20:
            raise BadRequest(f"{quoted(path)} is too large to be a recipe.", "Choose another.")
        return path.read_text("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise BadRequest(
            f"{quoted(path)} could not be read.", "Check the path of the recipe.", cause=error
        ) from error


COMMANDS = {
    "project": Command(
        "find the code whose picture looks like a photo",
        "  ganpaint project cat.jpg --out cat\n"
        "  ganpaint project cat.jpg --model cats-64 --space w --steps 300 --seed 7 --out cat\n"
        "  ganpaint project photos/ --jobs 2 --out projected\n"
        "  ganpaint project cat.tif --frame 900,640,512,-8 --mask mask.png --out cat --json\n",
        _project_arguments,
        project,
    ),
    "scribble": Command(
        "make colour strokes real: from nothing, from a photo or from a code",
        "  ganpaint scribble strokes.png --class tuxedo --out cat\n"
        "  ganpaint scribble strokes.png --from cat.jpg --stay-close 0.6 --out cat\n"
        "  ganpaint scribble strokes.png --from cat/code.npz --out cat2\n",
        _scribble_arguments,
        scribble,
    ),
    "run": Command(
        "repeat a step of the window or of a command from its recipe",
        "  ganpaint run cat/report.json --out again\n"
        "  ganpaint run ganpaint-recipe:1a2b… --out again\n",
        _run_arguments,
        run,
    ),
}
