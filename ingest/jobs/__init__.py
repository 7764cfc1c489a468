"""What the command line and the DAGs call. Arguments and results are plain records; printing is the caller's."""

import lazy_loader

# What is named in __init__.pyi is loaded where it is first used: a command pays for what it does.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
