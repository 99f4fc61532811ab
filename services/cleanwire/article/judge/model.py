"""How likely is a line outside the article? Boosted decision trees, trained by `bench/train_judge.py`.

The weights are data (`weights.bin`): zlib over msgpack, the trees' nodes one after the other. A leaf points to itself,
so every line may take the same number of steps through every tree, all lines and trees at once.
"""

import zlib
from functools import cache
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The file's contents. Little-endian arrays: `roots`, `features`, `left`, `right` int32, the others float64."""

    version: str
    names: tuple[str, ...]  # the columns the trees were grown on, in order
    steps: int  # the deepest leaf
    roots: bytes
    features: bytes
    thresholds: bytes
    left: bytes  # where a value <= threshold goes
    right: bytes
    values: bytes  # of leaves; 0 elsewhere


class Model:
    """The trees in memory."""

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self.names = weights.names
        self._steps = weights.steps
        self._roots = np.frombuffer(weights.roots, "<i4")
        self._features = np.frombuffer(weights.features, "<i4")
        self._thresholds = np.frombuffer(weights.thresholds, "<f8")
        self._left = np.frombuffer(weights.left, "<i4")
        self._right = np.frombuffer(weights.right, "<i4")
        self._values = np.frombuffer(weights.values, "<f8")

    def judge(self, rows: list[list[float]]) -> list[float]:
        """Return, for every row, the probability (0-1) that the line is outside the article."""
        if not rows:
            return []
        table: NDArray[np.float64] = np.asarray(rows, np.float32).astype(np.float64)  # trained on float32
        at = np.tile(self._roots, (len(rows), 1))
        line = np.arange(len(rows))[:, None]
        for _ in range(self._steps):
            goes_left = table[line, self._features[at]] <= self._thresholds[at]
            at = np.where(goes_left, self._left[at], self._right[at])
        scores = self._values[at].sum(axis=1)
        return [float(value) for value in 1.0 / (1.0 + np.exp(-scores))]


def encode(weights: Weights) -> bytes:
    """Return `weights` as the file holds them."""
    return zlib.compress(msgspec.msgpack.encode(weights), 9)


def decode(data: bytes) -> Weights:
    """Return the weights in `data`, a file's contents."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=Weights)


@cache
def load() -> Model:
    """Return the model of the package; read once."""
    return Model(decode(resources.files(__package__).joinpath("weights.bin").read_bytes()))
