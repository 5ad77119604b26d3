"""The configuration file: loading, with the place of every mistake; where it may be."""

from consumer_drift.config.loader import load
from consumer_drift.config.location import LOCATIONS, RemoteConfig, parse_remote

__all__ = ["LOCATIONS", "RemoteConfig", "load", "parse_remote"]
