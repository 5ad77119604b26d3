"""How long a check takes, beside what one would use instead and the least that its requests can take."""
