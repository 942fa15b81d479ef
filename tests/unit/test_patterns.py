"""Regular expressions of the configuration are bounded before a hostile text meets them."""

import time

import pytest

from shared.domain.patterns import MAX_PATTERN, MAX_SUBJECT, found_in, guarded


@pytest.mark.parametrize(
    "pattern",
    [
        "^75[0-9]{3}$",
        "sol(celler|paneler)?",
        r"^\+46(70|72|73|76|79)\d{7}$",
        "https?://(www\\.)?exempel\\.se/.*",
        "batteri.*villa.*",
        "[(+*)]+x",
        "(?i:uppsala)|(?P<name>stockholm)|västerås",
        "(ab){3}",
        "a\\+\\+",
    ],
)
def test_ordinary_patterns_are_taken(pattern: str) -> None:
    assert guarded(pattern).pattern == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*b",
        "((a+)b?)+$",
        "(a|aa)+$",
        "(a|b){2,}",
        "([a-z]+ ?)*x",
        ".*a.*b.*c",
        "a?" * 40,
        "(a|a)" * 30,
        r"(a)\1",
        "(?P<x>a)(?P=x)",
        "(?:a{1,50}){1,50}",
        "(",
        "*",
        "a" * (MAX_PATTERN + 1),
    ],
)
def test_patterns_that_may_search_for_too_long_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"may search for too long|not a regular expression|at most 200"):
        guarded(pattern)


@pytest.mark.parametrize("pattern", [".*.*x", "a+a+x", "(a|b)?a*[a-c]*x", "a{1,40}a*b"])
def test_the_worst_search_allowed_ends_soon(pattern: str) -> None:
    began = time.process_time()
    assert found_in(guarded(pattern), "a" * MAX_SUBJECT * 10 + "!") is False
    assert time.process_time() - began < 2


def test_only_the_beginning_of_a_text_is_searched() -> None:
    assert found_in(guarded("slut"), " " * MAX_SUBJECT + "slut") is False
