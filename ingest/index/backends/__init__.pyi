from .elasticsearch import ElasticsearchIndex
from .elasticsearch_backups import ElasticsearchBackups
from .elasticsearch_generations import ElasticsearchGenerations
from .elasticsearch_serving import ElasticsearchReader
from .tantivy import TantivyIndex
from .tantivy_backups import TantivyBackups
from .tantivy_generations import TantivyGenerations

__all__ = [
    "ElasticsearchBackups",
    "ElasticsearchGenerations",
    "ElasticsearchIndex",
    "ElasticsearchReader",
    "TantivyBackups",
    "TantivyGenerations",
    "TantivyIndex",
]
