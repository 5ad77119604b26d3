"""One HTTP exchange with a forge, done carefully: the only room that opens a connection."""
