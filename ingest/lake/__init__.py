"""Raw documents kept for ever, hand-overs between tasks, and the quarantine."""

import lazy_loader

# What is named in __init__.pyi is loaded where it is first used: a command pays for what it does.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
