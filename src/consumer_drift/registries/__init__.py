"""Package registries: whether a release can be installed. One module a protocol."""
