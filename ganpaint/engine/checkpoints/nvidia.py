"""NVIDIA's pickles of StyleGAN2-ADA and StyleGAN3: persistent classes (FORMATS section 4).

Each network and layer is an envelope of its class's name, the whole source text of its module and
its attributes. The original runs that source; here only the attributes are looked at. Everything
is read from them layer by layer (clamps, gains, filters), never from constructor arguments and
class defaults, which differ between repositories.

Facts about the layout come from NVlabs/stylegan2-ada-pytorch and NVlabs/stylegan3; no code does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ganpaint.engine.checkpoints import nvidia2, nvidia3, sentences
from ganpaint.engine.checkpoints.archive import Contents
from ganpaint.engine.checkpoints.envelope import Network, network_of
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.standins import Record
from ganpaint.errors import BadModel
from ganpaint.paths import quoted

TITLE = "NVIDIA pickle"
USED = ("G_ema", "G")


def recognise(contents: Contents) -> bool:
    """A table with enveloped generators, or one enveloped network alone."""
    value = contents.value
    if _enveloped(value):
        return True
    return isinstance(value, dict) and any(_enveloped(value.get(key)) for key in USED)


def read(contents: Contents, config: Mapping[str, Any]) -> Loaded:
    """The averaged generator, and the discriminator if it is of the known kind.

    Raises:
        Refused, BrokenModel: the generator is of another kind, incomplete or contradictory.
    """
    table = contents.value if isinstance(contents.value, dict) else {"G_ema": contents.value}
    notes = []
    record: Any = table.get("G_ema")
    if not _enveloped(record):
        record = table["G"]
        notes.append("The file holds no averaged generator; the training copy is used.")
    network = network_of(record, contents)
    if "synthesis.input.freqs" in network.tensors:
        loaded = nvidia3.read(network, contents)
    elif "synthesis.b4.const" in network.tensors:
        loaded = nvidia2.read(network, contents)
    else:
        raise sentences.not_a_model(
            contents.name, f"a network {quoted(network.kind)} with {len(network.tensors)} weights"
        )
    loaded.format, loaded.notes = TITLE, notes + loaded.notes
    if _enveloped(table.get("D")):
        _add_judge(loaded, table["D"], contents)
    return loaded


def _add_judge(loaded: Loaded, record: Any, contents: Contents) -> None:
    """The discriminator; one of another kind is left out with a note: painting needs none."""
    try:
        network: Network = network_of(record, contents)
        loaded.judge = nvidia2.read_judge(network, contents)
        loaded.tensors |= network.weights("D")
    except BadModel as error:
        loaded.judge = None
        loaded.notes.append(f"Its discriminator is left out: {error.sentence}")


def _enveloped(value: Any) -> bool:
    return isinstance(value, Record) and value.kind == "persistent"
