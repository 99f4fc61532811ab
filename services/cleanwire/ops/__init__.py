"""The process's own web page: metrics, health, readiness."""
