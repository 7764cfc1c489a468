"""What must be remembered beside an index, as JSON records: decisions of people, counts, proposals."""

import lazy_loader

# What is named in __init__.pyi is loaded where it is first used: a command pays for what it does.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
