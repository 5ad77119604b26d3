"""What earlier runs read, kept in a file: what has not moved since is not read again."""
