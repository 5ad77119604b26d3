"""Does every consumer pin the source's current version?"""

__version__ = "1.0.0"
