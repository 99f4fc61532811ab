"""Do the tests notice when a rule of exactly-once is broken? Each mutant breaks one; the tests it names must fail.

    python tests/mutants.py [WORD …]     run the mutants whose name contains every word (all without)

The sources are copied, the copy is changed, and the tests run against the copy. Exit 1: a mutant survived, its text
is not in the file any more, or its tests fail on the unchanged sources too.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import stage_mutants as stages
from kafka.broker import any_broker
from mutant import Edit, Mutant

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 240.0

PARTITION = "tests/stream/test_partition_on_kafka.py"
TABLE = "tests/stream/test_table_on_kafka.py"
INPUTS = "tests/stream/test_inputs_on_kafka.py"
MEMBERSHIP = "tests/stream/test_membership_on_kafka.py"
RESULTS = "tests/client/test_results_on_kafka.py"
STORE = "tests/client/test_store_on_kafka.py"
FAULTS = "tests/stream/test_faults_on_kafka.py"


MUTANTS = (
    *stages.MUTANTS,
    Mutant(
        rule="a cancellation that a client keeps to itself still ends its owner",
        edits=(
            Edit(
                file="stream/broker/closing.py",
                old="        raise asyncio.CancelledError  # sent",
                new="        pass  # sent",
            ),
        ),
        tests=("tests/stream/test_closing.py",),
    ),
    Mutant(
        rule="a collector that hangs is not waited for, and no more than so much waits for it",
        edits=(
            Edit(
                file="telemetry/otlp.py",
                old="        if self._recorded - self._exporter.taken >= WAITING:",
                new="        if False:",
            ),
        ),
        tests=("tests/telemetry/test_tracing.py",),
    ),
    Mutant(
        rule="a try that is made again is in the trace of its entry",
        edits=(
            Edit(
                file="cleaner/service.py",
                old="        return traceparent.parse(stated) or self._telemetry.traces.begin()",
                new="        return self._telemetry.traces.begin()",
            ),
        ),
        tests=("tests/cleaner/test_headers.py",),
    ),
    Mutant(
        rule="a consumer's results are committed together with the place behind their document",
        edits=(
            Edit(
                file="client/results.py",
                old="            await partition.commit(units, {self.topic: inputs.position(self.topic)})",
                new="            await partition.commit(units)",
            ),
        ),
        tests=(f"{RESULTS}::test_a_process_that_is_replaced_begins_behind_what_is_committed",),
    ),
    Mutant(
        rule="a consumer's store is filled from where it is",
        edits=(
            Edit(
                file="client/storing.py",
                old="self._connection, partition, {self._topic: place}, limit_s",
                new="self._connection, partition, {self._topic: None}, limit_s",
            ),
        ),
        tests=(f"{STORE}::test_a_store_goes_on_where_it_is_and_the_groups_offsets_have_no_say",),
    ),
    Mutant(
        rule="a consumer's store that somebody else has filled further is asked where it is",
        edits=(
            Edit(
                file="client/storing.py",
                old="            except (Moved, BrokerUnavailable) as error:",
                new="            except BrokerUnavailable as error:",
            ),
        ),
        tests=(f"{STORE}::test_whoever_finds_the_place_moved_begins_anew_there",),
    ),
    Mutant(
        rule="who would publish every article of another installation once more does not start",
        edits=(
            Edit(
                file="runtime.py",
                old="            await _refuse_rivals(connection, settings, names, stop)\n",
                new="",
            ),
        ),
        tests=("tests/services/test_two_installations_on_kafka.py",),
    ),
    Mutant(
        rule="an entry whose change waits is read again",
        edits=(
            Edit(
                file="feed/entries/new_and_changed.py",
                old=" for digest, item in kept.items() if _is_as_known(known.get(item.article), item.content)}",
                new=" for digest, item in kept.items()}",
            ),
        ),
        tests=("tests/poller/test_familiar_entries.py::test_a_change_that_waits_is_read_until_it_is_passed_on",),
    ),
    Mutant(
        rule="offsets never run ahead of what is taken in",
        edits=(
            Edit(
                file="stream/loop.py",
                old="            if not self._taken and self._read_to != self._noted_to:",
                new="            if self._read_to != self._noted_to:",
            ),
        ),
        tests=("tests/services/test_loop.py::test_offsets_never_run_ahead_of_what_is_taken_in",),
    ),
    Mutant(
        rule="an id for each partition, not for each process",
        edits=(
            Edit(
                file="stream/names.py",
                old='    return f"{installation}-{stage}-{partition}"',
                new="    return f\"{installation}-{stage}-{partition}-{__import__('uuid').uuid4()}\"",
            ),
        ),
        tests=(
            f"{PARTITION}::test_nothing_is_read_before_the_former_owner_is_fenced",
            f"{PARTITION}::test_a_partition_that_failed_commits_nothing_more",
        ),
    ),
    Mutant(
        rule="fence first, read then",
        edits=(
            Edit(
                file="stream/partitions/partition.py",
                old="        await transactions.start()\n",
                new="",
            ),
            Edit(
                file="stream/writing/transactions.py",
                old="        if not self._usable:\n",
                new="        if not self._usable and self._producer._sender.sender_task is None:\n"
                "            await self.start()\n        if not self._usable:\n",
            ),
            Edit(
                file="stream/partitions/partition.py",
                old="                known = await offsets.committed(self._transactions.client,",
                new="                await self._transactions.client.bootstrap()\n"
                "                known = await offsets.committed(self._transactions.client,",
            ),
        ),
        tests=(f"{PARTITION}::test_nothing_is_read_before_the_former_owner_is_fenced",),
    ),
    Mutant(
        rule="await every send before the commit",
        edits=(
            Edit(
                file="stream/writing/transactions.py",
                old="        await _delivered(await self._send(others))",
                new="        await self._send(others)",
            ),
        ),
        tests=(f"{PARTITION}::test_a_refused_record_is_written_smaller_and_its_neighbours_go_on[by-the-broker]",),
    ),
    Mutant(
        rule="after a failure the producer is dead",
        edits=(
            Edit(
                file="stream/writing/transactions.py",
                old="        self._usable = False  # whatever ends this early",
                new="        self._usable = True  # whatever ends this early",
            ),
        ),
        tests=(
            f"{PARTITION}::test_a_partition_that_failed_commits_nothing_more",
            f"{PARTITION}::test_a_commit_that_was_cancelled_leaves_a_partition_that_commits_nothing_more",
        ),
    ),
    Mutant(
        rule="a cancellation is not replaced by what an abort raises",
        edits=(
            Edit(
                file="stream/writing/transactions.py",
                old="        await self._producer.begin_transaction()\n"
                "        await _delivered(await self._send(looked_at))\n",
                new="        async with self._producer.transaction():\n"
                "            await _delivered(await self._send(looked_at + others))\n"
                "            if self._before_commit is not None:\n"
                "                await self._before_commit()\n"
                "        return\n",
            ),
            Edit(
                file="stream/partitions/ownership.py",
                old="    return task is not None and task.cancelling() > 0",
                new="    return task is None",
            ),
        ),
        tests=(f"{PARTITION}::test_a_cancelled_owner_that_was_fenced_ends_and_does_not_come_back",),
    ),
    Mutant(
        rule="one task a partition in a process",
        edits=(
            Edit(
                file="stream/partitions/membership.py",
                old="        async with self._turns[number]:\n            await owner.run(stop)",
                new="        await owner.run(stop)",
            ),
        ),
        tests=(f"{MEMBERSHIP}::test_an_owner_slow_to_end_delays_neither_the_group_nor_is_it_run_beside",),
    ),
    Mutant(
        rule="a rebalance waits for no owner",
        edits=(
            Edit(
                file="stream/partitions/membership.py",
                old="    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:\n",
                new="    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:\n"
                "        former = [t for n, t in self._membership._owners.items() if n not in "
                "{a.partition for a in assigned}]\n"
                "        [t.cancel() for t in former]\n"
                "        await asyncio.gather(*former, return_exceptions=True)\n",
            ),
        ),
        tests=(f"{MEMBERSHIP}::test_an_owner_slow_to_end_delays_neither_the_group_nor_is_it_run_beside",),
    ),
    Mutant(
        rule="what stays ours works on in a rebalance",
        edits=(
            Edit(
                file="stream/partitions/membership.py",
                old="        for number in self._owners.keys() - assigned:\n",
                new="        for number in list(self._owners):\n",
            ),
        ),
        tests=(f"{MEMBERSHIP}::test_a_partition_that_stays_with_its_member_works_on_through_a_rebalance",),
    ),
    Mutant(
        rule="a table holds nothing of an aborted transaction",
        edits=(
            Edit(
                file="stream/broker/connection.py",
                old='            isolation_level="read_committed",',
                new='            isolation_level="read_uncommitted",',
            ),
        ),
        tests=(
            f"{TABLE}::test_an_aborted_transaction_is_not_in_the_table",
            f"{TABLE}::test_a_load_neither_waits_for_nor_shows_a_transaction_that_is_open",
        ),
    ),
    Mutant(
        rule="what a broker left open is closed before a table is read",
        edits=(
            Edit(
                file="stream/partitions/partition.py",
                old="        await self.close_left_open(topic)\n",
                new="",
            ),
        ),
        tests=(f"{TABLE}::test_what_a_broker_left_open_is_looked_for_and_the_partition_works_on",),
    ),
    Mutant(
        rule="the records that the next owner looks at are written before the others",
        edits=(Edit(file="stream/partitions/partition.py", old="first=self._looked_at", new="first=()"),),
        tests=(f"{TABLE}::test_a_table_and_offsets_are_written_before_anything_else",),
    ),
    Mutant(
        rule="a load goes on to the last stable offset",
        edits=(
            Edit(file="stream/reading/table.py", old="        while position < end:", new="        if position < end:"),
        ),
        tests=(f"{TABLE}::test_a_table_larger_than_one_fetch_is_read_whole",),
    ),
    Mutant(
        rule="offsets in an open transaction are waited for",
        edits=(
            Edit(
                file="stream/reading/offsets.py",
                old="for topic in self._topics], True, {})",
                new="for topic in self._topics], False, {})",
            ),
        ),
        tests=(f"{INPUTS}::test_offsets_in_an_open_transaction_are_waited_for",),
    ),
    Mutant(
        rule="offsets that the log does not hold are never reset",
        edits=(
            Edit(
                file="stream/reading/inputs.py",
                old="        _check(topic, partition, position, begin=begin[at], end=end[at])\n",
                new="        position = min(max(position, begin[at]), end[at])\n",
            ),
        ),
        tests=(
            f"{INPUTS}::test_offsets_below_the_start_of_the_log_are_damage_and_name_the_topic",
            f"{INPUTS}::test_offsets_behind_the_end_of_the_log_are_damage_and_name_the_topic",
        ),
    ),
    Mutant(
        rule="records deleted while reading are never skipped",
        edits=(
            Edit(
                file="stream/broker/connection.py",
                old='auto_offset_reset="none"',
                new='auto_offset_reset="earliest"',
            ),
        ),
        tests=(f"{INPUTS}::test_records_deleted_while_reading_are_damage",),
    ),
    Mutant(
        rule="the offset to commit lies behind the marker",
        edits=(
            Edit(
                file="stream/reading/inputs.py",
                old="                self._positions[topic] = await self._reader.position(self._at(topic))",
                new="                self._positions[topic] += len(found.get(self._at(topic), []))",
            ),
        ),
        tests=(f"{INPUTS}::test_the_position_to_commit_lies_behind_the_transaction_marker",),
    ),
    Mutant(
        rule="suspects are tried alone",
        edits=(
            Edit(
                file="stream/writing/publishing.py",
                old="                runs.extendleft(reversed(_parted(run, error.keys)))\n",
                new="                raise\n",
            ),
        ),
        tests=(
            f"{PARTITION}::test_a_refused_record_is_written_smaller_and_its_neighbours_go_on[by-the-broker]",
            f"{PARTITION}::test_a_refused_record_is_written_smaller_and_its_neighbours_go_on[by-the-client]",
        ),
    ),
    Mutant(
        rule="after a refusal the fence must be unbroken",
        edits=(
            Edit(
                file="stream/writing/transactions.py",
                old="!= (before[0], before[1] + 1):",
                new="!= (before[0], known.producer_epoch):",
            ),
        ),
        tests=(f"{PARTITION}::test_who_was_fenced_between_the_refusal_and_the_new_producer_does_not_go_on",),
    ),
    Mutant(
        rule="after a refusal the old transaction is aborted by its own epoch",
        edits=(
            Edit(
                file="stream/writing/transactions.py",
                old="                await self._abort(*before)\n",
                new="",
            ),
        ),
        tests=(f"{PARTITION}::test_a_refused_record_is_written_smaller_and_its_neighbours_go_on[by-the-broker]",),
    ),
    Mutant(
        rule="the client's own limit is a refusal too",
        edits=(
            Edit(
                file="stream/writing/transactions.py",
                old="        if too_large := frozenset(",
                new="        if too_large := False and frozenset(",
            ),
        ),
        tests=(f"{PARTITION}::test_a_refused_record_is_written_smaller_and_its_neighbours_go_on[by-the-client]",),
    ),
    Mutant(
        rule="offsets go with the units",
        edits=(
            Edit(
                file="stream/partitions/partition.py",
                old="                await self._publish(units, offsets)",
                new="                await self._publish(units, {})",
            ),
        ),
        tests=(f"{PARTITION}::test_offsets_are_committed_with_the_units",),
    ),
    Mutant(
        rule="closing waits for no broker",
        edits=(
            Edit(
                file="stream/broker/closing.py",
                old="    await _within(CLOSE_LIMIT_S, client.client.close())  # what is in flight fails now\n",
                new="    return await client.stop()\n",
            ),
        ),
        tests=(f"{FAULTS}::test_stop_is_quick_although_the_broker_is_away[kill]",),
    ),
)


def main(words: list[str]) -> int:
    """Run the mutants whose rule contains every word; print a table and return the exit code."""
    chosen = [mutant for mutant in MUTANTS if all(word in mutant.rule for word in words)]
    if not chosen:
        print("no such mutant")
        return 1
    with _one_broker() as environment:
        tests = sorted({test for mutant in chosen for test in mutant.tests})
        if _are_red(tests, ROOT / "services", environment):
            print("the tests fail on the unchanged sources: mutants prove nothing")
            return 1
        verdicts = [_told(mutant, environment) for mutant in chosen]
    killed = verdicts.count("killed")
    print(f"{killed} of {len(chosen)} mutants killed")
    return 0 if killed == len(chosen) else 1


@contextlib.contextmanager
def _one_broker() -> Iterator[dict[str, str]]:
    """Start one broker for all runs, unless there is one; yield the environment that names it."""
    if os.environ.get("KAFKA_BOOTSTRAP"):
        yield dict(os.environ)
        return
    broker = any_broker()
    try:
        yield {**os.environ, "KAFKA_BOOTSTRAP": broker.bootstrap}
    finally:
        broker.close()


def _told(mutant: Mutant, environment: dict[str, str]) -> str:
    began = time.monotonic()
    verdict = _judge(mutant, environment)
    print(f"{verdict:10} {time.monotonic() - began:6.1f} s  {mutant.rule}", flush=True)
    return verdict


def _judge(mutant: Mutant, environment: dict[str, str]) -> str:
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder) / "services"
        shutil.copytree(ROOT / "services", copy, ignore=shutil.ignore_patterns("__pycache__"))
        for edit in mutant.edits:
            path = copy / "cleanwire" / edit.file
            text = path.read_text()
            if text.count(edit.old) != 1:
                return "NO TEXT"
            path.write_text(text.replace(edit.old, edit.new))
        # One at a time: a mutant that one of its tests misses has survived that test.
        return "killed" if all(_are_red([test], copy, environment) for test in mutant.tests) else "SURVIVED"


def _are_red(tests: list[str], services: Path, environment: dict[str, str]) -> bool:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--hypothesis-profile=many examples",  # a mutant must not survive by luck
        "-o",
        f"pythonpath=tests {services}",
    ]
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(services), "REQUIRE_KAFKA": "1"},
            capture_output=True,
            text=True,
            timeout=LIMIT_S * len(tests),
        )
    except subprocess.TimeoutExpired:
        return True
    if done.returncode not in (0, 1):  # not a failed test: the test was not found, or pytest itself failed
        sys.exit(f"{tests} could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
