"""Metrics and logs: one method per happening, one place that declares every metric."""
