"""The ways in: flags at a terminal, or the inputs of a job's step. Each makes Settings, and shows a Report."""
