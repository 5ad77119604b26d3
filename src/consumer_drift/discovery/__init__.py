"""What a source publishes, who pins it, and the configuration that lists them. Pure: nothing is read here."""
