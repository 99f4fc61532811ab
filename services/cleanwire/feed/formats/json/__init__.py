"""JSON Feed, well-formed and damaged."""
