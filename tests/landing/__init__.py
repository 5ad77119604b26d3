"""Tests of the decision to merge a bump."""
