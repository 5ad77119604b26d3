"""The configuration file: loading, with the place of every mistake; its JSON Schema; where it is looked for."""

from consumer_drift.config.load import load
from consumer_drift.config.remote import LOCATIONS, RemoteConfig, parse_remote
from consumer_drift.config.schema import json_schema

__all__ = ["LOCATIONS", "RemoteConfig", "json_schema", "load", "parse_remote"]
