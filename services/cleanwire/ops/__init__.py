"""HTTP in: the process's own web page (metrics, health, readiness), and where WebSub hubs call."""
