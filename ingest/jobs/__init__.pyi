from .alerting import run_alerts
from .batches import claim_batches, clean_batch, enrich_batch, index_batch, publish
from .cleaning import clean, clean_one, dedup, is_failure
from .collecting import choose_sources, collect, due_sources
from .commenters import forget_commenters
from .correcting import Hand, apply_corrections, cut, restore, undo
from .corrections import list_corrections, propose_rules
from .dashboards import build_dashboards, load_dashboards
from .deduplicating import deduplicate_batch
from .erasing import Erasure, erase, lift_erasure, list_erased
from .events import list_events
from .explaining import explain
from .exporting import RunningExport, begin_export, export_file, read_export
from .feeds import Feed, read_feed, write_atom, write_json
from .flags import hide_secrets
from .groups import list_groups
from .ingestion import IngestReport, assert_answered, assert_few_failures, ingest
from .keeping import LakeVerification, measure_lake, verify_lake, write_texts
from .keys import ADMIN, READ, SCOPES, WRITE, Caller, KeyRing, create_key, list_keys, revoke_key
from .learning import (
    STATES,
    accept_proposals,
    count_sources,
    list_proposals,
    reject_proposals,
    show_proposal,
)
from .merging import join, list_joins, list_splits, split, undo_join, undo_split
from .pushing import Indexer, Push, index_pushed, push
from .quarantine import list_quarantine, replay_quarantine, show_quarantine
from .reading import FACETS, HIT_FIELDS, SEARCH_LIMITS, AsyncReader, View, open_async_reader
from .reclustering import ReclusterReport, recluster
from .reindexing import (
    ReindexReport,
    drop_old_index,
    give_up_reindex,
    plan_reindex,
    reindex,
    roll_back,
)
from .replaying import Selection, replay
from .retention import RetentionReport, apply_retention
from .rules import Sample, assert_rules_hold, check_rules, list_rules, show_rule, try_rules
from .runs import list_runs, show_run
from .saved_queries import AlertTarget, clear_alert, list_queries, remove_query, save_query, set_alert, show_query
from .searching import Reader, search, show, show_event, show_raw
from .setting_up import SetUp, set_up
from .snapshots import Restored, list_snapshots, restore_snapshot, snapshot
from .sources import (
    add_source,
    assert_all_answer,
    check_sources,
    discover,
    import_opml,
    list_sources,
    source_health,
)
from .streaming import stream
from .system_state import Part, SystemState, read_system
from .tasks import (
    announce_batches,
    assert_lake_sound,
    assert_sources_well,
    change_index,
    compare_counts,
    count_proposals,
    keep_retention,
    keep_snapshot,
    recluster_all,
    replay_entries,
    reprocess,
    tell_alerts,
)
from .trials import StagesReport
from .watch import Watch

__all__ = [
    "ADMIN",
    "FACETS",
    "HIT_FIELDS",
    "READ",
    "SCOPES",
    "SEARCH_LIMITS",
    "STATES",
    "WRITE",
    "AlertTarget",
    "AsyncReader",
    "Caller",
    "Erasure",
    "Feed",
    "Hand",
    "Indexer",
    "IngestReport",
    "KeyRing",
    "LakeVerification",
    "Part",
    "Push",
    "Reader",
    "ReclusterReport",
    "ReindexReport",
    "Restored",
    "RetentionReport",
    "RunningExport",
    "Sample",
    "Selection",
    "SetUp",
    "StagesReport",
    "SystemState",
    "View",
    "Watch",
    "accept_proposals",
    "add_source",
    "announce_batches",
    "apply_corrections",
    "apply_retention",
    "assert_all_answer",
    "assert_answered",
    "assert_few_failures",
    "assert_lake_sound",
    "assert_rules_hold",
    "assert_sources_well",
    "begin_export",
    "build_dashboards",
    "change_index",
    "check_rules",
    "check_sources",
    "choose_sources",
    "claim_batches",
    "clean",
    "clean_batch",
    "clean_one",
    "clear_alert",
    "collect",
    "compare_counts",
    "count_proposals",
    "count_sources",
    "create_key",
    "cut",
    "dedup",
    "deduplicate_batch",
    "discover",
    "drop_old_index",
    "due_sources",
    "enrich_batch",
    "erase",
    "explain",
    "export_file",
    "forget_commenters",
    "give_up_reindex",
    "hide_secrets",
    "import_opml",
    "index_batch",
    "index_pushed",
    "ingest",
    "is_failure",
    "join",
    "keep_retention",
    "keep_snapshot",
    "lift_erasure",
    "list_corrections",
    "list_erased",
    "list_events",
    "list_groups",
    "list_joins",
    "list_keys",
    "list_proposals",
    "list_quarantine",
    "list_queries",
    "list_rules",
    "list_runs",
    "list_snapshots",
    "list_sources",
    "list_splits",
    "load_dashboards",
    "measure_lake",
    "open_async_reader",
    "plan_reindex",
    "propose_rules",
    "publish",
    "push",
    "read_export",
    "read_feed",
    "read_system",
    "recluster",
    "recluster_all",
    "reindex",
    "reject_proposals",
    "remove_query",
    "replay",
    "replay_entries",
    "replay_quarantine",
    "reprocess",
    "restore",
    "restore_snapshot",
    "revoke_key",
    "roll_back",
    "run_alerts",
    "save_query",
    "search",
    "set_alert",
    "set_up",
    "show",
    "show_event",
    "show_proposal",
    "show_quarantine",
    "show_query",
    "show_raw",
    "show_rule",
    "show_run",
    "snapshot",
    "source_health",
    "split",
    "stream",
    "tell_alerts",
    "try_rules",
    "undo",
    "undo_join",
    "undo_split",
    "verify_lake",
    "write_atom",
    "write_json",
    "write_texts",
]
