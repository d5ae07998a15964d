import pytest

from launcher import system
from launcher.children import Outcome
from launcher.saying import Stop

MISSING = "libharfbuzz-subset.so.0"


@pytest.fixture
def without_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "loads", lambda name: name != MISSING)
    monkeypatch.setattr(system.sys, "platform", "linux")


def test_libraries_of_this_machine_are_found() -> None:
    assert system.missing_libraries() == []


def test_a_missing_library_is_named_with_what_to_install(
    without_a_library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "can_apt_install", lambda: False)
    with pytest.raises(Stop, match=rf"(?s){MISSING}\. Install:.*sudo apt-get install libharfbuzz-subset0\n.*dnf"):
        system.need_libraries()


def test_root_on_debian_installs_only_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def apt_get(arguments: list[str]) -> Outcome:
        asked.append(arguments)
        return Outcome(succeeded=len(asked) > 1, output="no lists")

    monkeypatch.setattr(system, "can_apt_install", lambda: True)
    monkeypatch.setattr(system, "apt_get", apt_get)
    monkeypatch.setattr(system, "loads", lambda name: name != MISSING or len(asked) > 2)
    system.need_libraries()
    install = ["install", "--yes", "--no-install-recommends", "libharfbuzz-subset0"]
    assert asked == [install, ["update"], install]


def test_a_browser_that_does_not_run_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREMPLIN_CHROMIUM", "/nonexistent/chromium")
    with pytest.raises(Stop, match="TREMPLIN_CHROMIUM names /nonexistent/chromium, which does not run"):
        system.need_chromium()


def test_a_missing_browser_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TREMPLIN_CHROMIUM", raising=False)
    monkeypatch.setattr(system, "CHROMIUMS", ["no-such-browser"])
    monkeypatch.setattr(system, "can_apt_install", lambda: False)
    with pytest.raises(Stop, match="The browser tests need Chromium"):
        system.need_chromium()
