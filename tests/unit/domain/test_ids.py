from datetime import UTC, datetime, timedelta

from shared.domain import ids

KEY = b"k" * 32
AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def test_the_same_submission_has_the_same_lead_id_everywhere() -> None:
    assert ids.lead_id("google-search", "s1") == ids.lead_id("google-search", "s1")


def test_ids_of_other_sources_and_submissions_differ() -> None:
    assert len({ids.lead_id("a", "bc"), ids.lead_id("ab", "c"), ids.lead_id("a", "b")}) == 3


def test_a_delivery_keeps_its_id_and_a_new_decision_has_another() -> None:
    assert ids.delivery_id("l", "crm", 1) == ids.delivery_id("l", "crm", 1) != ids.delivery_id("l", "crm", 2)


def test_a_person_is_keyed_by_mail_then_phone_then_lead() -> None:
    by_mail = ids.person_key(KEY, email="a@example.se", phone="+46701740601", lead="l1")
    assert by_mail == ids.person_key(KEY, email="a@example.se", phone=None, lead="l2")
    by_phone = ids.person_key(KEY, email=None, phone="+46701740601", lead="l1")
    assert by_phone == ids.person_key(KEY, email=None, phone="+46701740601", lead="l2") != by_mail
    assert ids.person_key(KEY, email=None, phone=None, lead="l1") != ids.person_key(
        KEY, email=None, phone=None, lead="l2"
    )


def test_a_keyed_hash_cannot_be_made_without_the_key() -> None:
    assert ids.keyed_hash(KEY, "email", "a@example.se") != ids.keyed_hash(b"other" * 8, "email", "a@example.se")


def test_the_same_content_within_ten_minutes_is_probably_the_same_submission() -> None:
    first = ids.probable_submission_id(KEY, b"content", AT)
    assert first == ids.probable_submission_id(KEY, b"content", AT + timedelta(minutes=9))
    assert first != ids.probable_submission_id(KEY, b"content", AT + timedelta(minutes=10))
    assert first != ids.probable_submission_id(KEY, b"other", AT)
