"""The tracking issue: one issue of the source that says where the consumers are."""
