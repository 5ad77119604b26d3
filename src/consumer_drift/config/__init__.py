"""The configuration file: loading, with the place of every mistake; its JSON Schema; where it may be."""

from consumer_drift.config.json_schema import json_schema
from consumer_drift.config.loader import load
from consumer_drift.config.location import LOCATIONS, RemoteConfig, parse_remote

__all__ = ["LOCATIONS", "RemoteConfig", "json_schema", "load", "parse_remote"]
