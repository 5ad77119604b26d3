"""Whether every consumer is ready for a command, before anything is written."""
