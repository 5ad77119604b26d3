"""GitHub, REST and GraphQL."""
