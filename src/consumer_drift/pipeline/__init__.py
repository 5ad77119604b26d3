"""The steps that commands share: find the target, read, judge, report."""
