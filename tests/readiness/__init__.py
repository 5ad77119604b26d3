"""Tests of the answers of doctor."""
