"""The cache: what earlier runs read, kept in a file, so that unchanged repositories are not fetched again."""
