"""How likely is a line outside the article? Boosted decision trees, trained by `bench/train_judge.py`.

The weights are data (`weights.bin`): zlib over msgpack, the trees' nodes one after the other. A leaf points to itself,
so every line may take the same number of steps through every tree, all lines and trees at once.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from cleanwire.article.verdict.judge import company, reasons
from cleanwire.article.verdict.judge.surroundings import Signature
from cleanwire.records.document import Feature

_LOOKED_AT = 16  # columns of a line that may be its reasons; there are hundreds, and each takes a look at its name
_Places = NDArray[np.intp]


class Forest(msgspec.Struct, frozen=True, kw_only=True):
    """Trees as little-endian arrays: `roots`, `features`, `left`, `right` int32, the others float64."""

    steps: int  # the deepest leaf
    roots: bytes
    features: bytes
    thresholds: bytes
    left: bytes  # where a value <= threshold goes
    right: bytes
    values: bytes  # of leaves; elsewhere what to expect of the lines that come there, for explanations


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The file's contents."""

    version: str
    names: tuple[str, ...]  # the columns the trees were grown on, in order; the second ones have `company`'s too
    first: Forest
    second: Forest


class Judge(Protocol):
    """Whoever says how likely each line of a page is outside the article."""

    version: str

    def judge(
        self, rows: Sequence[Sequence[float]], signatures: Sequence[Signature], extracted: Sequence[bool]
    ) -> "Judgement":
        """Return how likely each line is outside the article; the three are parallel, `rows` as `features` has them."""


class Model:
    """The trees in memory."""

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self.names = weights.names
        self._first = _Trees(weights.first)
        self._second = _Trees(weights.second)

    def judge(
        self, rows: Sequence[Sequence[float]], signatures: Sequence[Signature], extracted: Sequence[bool]
    ) -> "Judgement":
        """Return how likely each line is outside the article; the three are parallel."""
        if not rows:
            return Judgement(doubts=[], model=self, table=np.empty((0, 0), np.float32))
        table = np.asarray(rows, np.float32)
        doubts = self._first.probabilities(table)
        heard = np.asarray(company.read(doubts.tolist(), signatures, extracted), np.float32)
        whole = np.hstack([table, heard])
        return Judgement(doubts=self._second.probabilities(whole).tolist(), model=self, table=whole)

    def credits(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each line and column how many log odds the column added to the doubt.

        What the first trees think of the line itself and of lines made like it is no reason: that part goes to their
        own reasons, in proportion.
        """
        width = len(self.names)
        passed_on = [width + at for at, name in enumerate(company.NAMES) if name in company.OWN]
        credits = self._second.credits(table)
        own = self._first.credits(table[:, :width])
        told = np.abs(own).sum(axis=1)
        part = np.divide(np.abs(credits[:, passed_on].sum(axis=1)), told, out=np.zeros(len(table)), where=told > 0)
        credits[:, :width] += own * part[:, None]
        credits[:, passed_on] = 0.0
        return credits


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the model thinks of the lines of one page."""

    doubts: list[float]  # the probability (0-1) that the line is outside the article
    model: Model
    table: NDArray[np.float32]  # what both rows of trees read

    def reasons(self, lines: Sequence[int]) -> list[tuple[Feature, ...]]:
        """Return the strongest features behind the doubts of `lines`; none where the weights cannot tell."""
        names = (*self.model.names, *company.NAMES)
        rows = self.table[list(lines)]
        credits = self.model.credits(rows)
        most = np.argsort(-np.abs(credits), axis=1)[:, :_LOOKED_AT].tolist()
        return [
            reasons.strongest([(names[at], float(row[at]), float(credit[at])) for at in columns])
            for columns, row, credit in zip(most, rows, credits, strict=True)
        ]


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
        table, line, at = self._begin(rows)
        for _ in range(self._steps):
            _, at = self._step(table, line, at)
        scores: NDArray[np.float64] = self._values.take(at).sum(axis=1)
        return 1.0 / (1.0 + np.exp(-scores))

    def credits(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each column added to each line's log odds: each step changes what is to be expected, and the
        column that decided it has the credit (A. Saabas, "Interpreting random forests", 2014)."""
        found = np.zeros(rows.size)
        if self._values.take(self._roots).any():  # else the weights hold no inner values
            table, line, before = self._begin(rows)
            for _ in range(self._steps):
                cells, at = self._step(table, line, before)
                gains = self._values.take(at) - self._values.take(before)
                found += np.bincount(cells.ravel(), gains.ravel(), rows.size)
                before = at
        return found.reshape(rows.shape)

    def _begin(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.float64], _Places, _Places]:
        """Return the cells of `rows`, where each line's begin, and the nodes at which the lines begin."""
        table = rows.astype(np.float64).ravel()  # trained on float32
        line = (np.arange(len(rows)) * rows.shape[1])[:, None]
        return table, line, np.tile(self._roots, (len(rows), 1))

    def _step(self, table: NDArray[np.float64], line: _Places, at: _Places) -> tuple[_Places, _Places]:
        """Return the cells that decide at the nodes `at`, and the nodes that the lines reach."""
        cells = self._features.take(at) + line
        goes_left = table.take(cells) <= self._thresholds.take(at)
        return cells, self._children.take(2 * at + goes_left)


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
