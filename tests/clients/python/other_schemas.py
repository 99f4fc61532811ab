"""Which lines of standard input, documents in JSON, can be told in Avro and in Protocol Buffers? Run apart from us.

    other_schemas.py SCHEMA.avsc SCHEMA.proto [WRITER.avsc WRITER.proto]

Prints, a line each, what a reader of Avro and then one of Protocol Buffers makes of it, as JSON. With writers the
record is written under those schemas and read under the first; what they have no field for is left out.
"""

import io
import json
import sys
import tempfile
from datetime import datetime
from importlib import resources
from pathlib import Path

import fastavro
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_tools import protoc


def times(value: object) -> object:
    """Return a document with its moments, whose fields end in `_at`, as moments."""
    if isinstance(value, dict):
        return {
            key: datetime.fromisoformat(item) if key.endswith("_at") and isinstance(item, str) else times(item)
            for key, item in value.items()
        }
    return [times(item) for item in value] if isinstance(value, list) else value


def message_class(proto: Path) -> type:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set"
        common = str(resources.files("grpc_tools") / "_proto")
        arguments = ["protoc", f"-I{proto.parent}", f"-I{common}", f"--descriptor_set_out={out}", "--include_imports"]
        assert protoc.main([*arguments, proto.name]) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{files.file[-1].package}.Document"))


if __name__ == "__main__":
    reader = fastavro.parse_schema(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    writer = fastavro.parse_schema(json.loads(Path(sys.argv[3]).read_text("utf-8"))) if len(sys.argv) > 3 else reader
    Read = message_class(Path(sys.argv[2]))
    Written = message_class(Path(sys.argv[4])) if len(sys.argv) > 4 else Read
    for line in sys.stdin.buffer:
        packed = io.BytesIO()
        fastavro.schemaless_writer(packed, writer, times(json.loads(line)), strict_allow_default=writer is reader)
        packed.seek(0)
        print(json.dumps(fastavro.schemaless_reader(packed, writer, reader), default=datetime.isoformat))
        sent = json_format.Parse(line, Written(), ignore_unknown_fields=Written is not Read).SerializeToString()
        print(json.dumps(json_format.MessageToDict(Read.FromString(sent), preserving_proto_field_name=True)))
