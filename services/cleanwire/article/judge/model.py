"""How likely is a line outside the article? Boosted decision trees, trained by `bench/train_judge.py`.

The weights are data (`weights.bin`): zlib over msgpack, the trees' nodes one after the other. A leaf points to itself,
so every line may take the same number of steps through every tree, all lines and trees at once.
"""

import zlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

from cleanwire.article.judge import company
from cleanwire.article.judge.surroundings import Signature


class Forest(msgspec.Struct, frozen=True, kw_only=True):
    """Trees as little-endian arrays: `roots`, `features`, `left`, `right` int32, the others float64."""

    steps: int  # the deepest leaf
    roots: bytes
    features: bytes
    thresholds: bytes
    left: bytes  # where a value <= threshold goes
    right: bytes
    values: bytes  # of leaves; 0 elsewhere


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The file's contents."""

    version: str
    names: tuple[str, ...]  # the columns the trees were grown on, in order; the second ones have `company`'s too
    first: Forest
    second: Forest


class Model:
    """The trees in memory."""

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self.names = weights.names
        self._first = _Trees(weights.first)
        self._second = _Trees(weights.second)

    def judge(
        self, rows: Sequence[Sequence[float]], signatures: Sequence[Signature], extracted: Sequence[bool]
    ) -> list[float]:
        """Return, for every line, the probability (0-1) that it is outside the article; the three are parallel."""
        if not rows:
            return []
        table = np.asarray(rows, np.float32)
        doubts = self._first.probabilities(table)
        heard = np.asarray(company.read(doubts.tolist(), signatures, extracted), np.float32)
        found: list[float] = self._second.probabilities(np.hstack([table, heard])).tolist()
        return found


class _Trees:
    def __init__(self, forest: Forest) -> None:
        self._steps = forest.steps
        self._roots = np.frombuffer(forest.roots, "<i4").astype(np.intp)
        self._features = np.frombuffer(forest.features, "<i4").astype(np.intp)
        self._thresholds = np.frombuffer(forest.thresholds, "<f8")
        # side by side, right and left, so that one look finds where a line goes
        sides = np.frombuffer(forest.right, "<i4"), np.frombuffer(forest.left, "<i4")
        self._children = np.stack(sides, axis=1).ravel().astype(np.intp)
        self._values = np.frombuffer(forest.values, "<f8")

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        table = rows.astype(np.float64).ravel()  # trained on float32
        line = (np.arange(len(rows)) * rows.shape[1])[:, None]
        at = np.tile(self._roots, (len(rows), 1))
        for _ in range(self._steps):
            goes_left = table.take(self._features.take(at) + line) <= self._thresholds.take(at)
            at = self._children.take(2 * at + goes_left)
        scores: NDArray[np.float64] = self._values.take(at).sum(axis=1)
        return 1.0 / (1.0 + np.exp(-scores))


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
