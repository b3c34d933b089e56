"""The engine: generators, losses, the search."""
