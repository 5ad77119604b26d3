"""JSON, YAML, TOML, HCL and XML read into one kind of tree, whose leaves know where in the file they stand.

The usual parsers give values without places, and a bump has to change the version's characters alone.
"""
