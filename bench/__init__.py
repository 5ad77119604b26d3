"""How long a check takes, held against the least that its requests can take."""
