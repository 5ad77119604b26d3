"""The kinds of pins: each one small class that satisfies ``model.pins.Pin``.

Reading gives occurrences with the exact place of the version in the text, and ``edit.write`` changes
those places alone. A new kind is a module with a class and ``make``, and its entry in ``kinds.KINDS``.
"""
