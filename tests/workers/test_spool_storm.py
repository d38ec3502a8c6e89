"""Nothing is lost and nothing printed twice in silence while printers fail and the server is killed."""

from pathlib import Path

from tests.workers.spool_storm import Storm, run_storm


def test_no_label_is_lost_or_doubled_and_each_printer_keeps_its_order(sqlite_url: str, tmp_path: Path) -> None:
    storm = Storm(jobs=240, printers=3, calm=0.1, jobs_a_kill=50, patience=240, seed=7)
    found = run_storm(storm, sqlite_url, tmp_path)
    assert (found.unfinished, found.lost, found.unmarked_duplicates, found.out_of_order) == (0, 0, 0, 0)
    assert found.kills > 0
    assert sum(found.faults.values()) > 3
