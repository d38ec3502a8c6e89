"""One writer to a database file, held by the kernel."""

import stat
from pathlib import Path

import pytest

from warehouse.storage.lock import DatabaseInUseError, FileLock, lock_beside


def test_the_second_is_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        FileLock(tmp_path / "warehouse.lock").acquire(purpose="serve"),
        pytest.raises(DatabaseInUseError, match=r"^warehouse serve \(process \d+, since 20.*already works on this"),
    ):
        FileLock(tmp_path / "warehouse.lock").acquire(purpose="import")


def test_a_lock_given_up_can_be_taken(tmp_path: Path) -> None:
    with FileLock(tmp_path / "warehouse.lock").acquire(purpose="serve"):
        pass
    FileLock(tmp_path / "warehouse.lock").acquire(purpose="import").release()


def test_a_damaged_note_does_not_open_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.lock"
    with FileLock(path).acquire(purpose="serve"):
        path.write_text("[")
        with pytest.raises(DatabaseInUseError, match="Another process already works"):
            FileLock(path).acquire(purpose="import")


def test_the_lock_stands_beside_its_file_and_is_private(tmp_path: Path) -> None:
    with lock_beside(tmp_path / "warehouse.sqlite").acquire(purpose="serve"):
        assert stat.S_IMODE((tmp_path / "warehouse.lock").stat().st_mode) == 0o600
