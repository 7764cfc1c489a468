"""The two indices behind one protocol: Elasticsearch and tantivy."""

import lazy_loader

# What is named in __init__.pyi is loaded where it is first used: whoever has one backend needs not the other's library.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
