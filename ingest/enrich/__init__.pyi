from .dates import choose_date
from .enrichers import ENRICHERS, NOTHING_COUNTED, describe
from .settings import EnrichSettings

__all__ = ["ENRICHERS", "NOTHING_COUNTED", "EnrichSettings", "choose_date", "describe"]
