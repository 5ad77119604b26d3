"""Helpers that know nothing of pins or forges."""
