"""HTTP exchanges with a forge: the only package that opens a connection."""
