"""One step of a job: the action's entry point."""
