"""The ops page: what an installation does, for people, read from its topics. docs/ops.md."""
