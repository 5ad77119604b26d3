"""What package managers install, as their lock files say it.

One module for each format. Each reads a text to the end before it says anything: a lock that is cut or damaged is
never read as a complete one.
"""
