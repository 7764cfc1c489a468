"""The one way out to the web: addresses checked before they are connected to, answers bounded while they are read."""

import lazy_loader

# What is named in __init__.pyi is loaded where it is first used: a command pays for what it does.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
