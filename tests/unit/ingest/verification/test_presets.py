"""Every preset takes what its sender signed, and nothing else."""

from datetime import timedelta

import pytest

from services.ingest.submission import Verdict
from services.ingest.verification.judgement import WORDS, Judgement, Reason
from services.ingest.verification.presets import PRESETS
from tests.unit.ingest.verification.senders import SENDERS, Sender, request

ACCEPTED = Judgement(Verdict.AUTHENTIC)
OTHER_SECRETS = {
    "standard_webhooks": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "standard_webhooks_ed25519": "whpk_qcXR9XOCNqyJnbROL9GB/o3y4LQ41sEbTcy9kZqP+Kc=",
}
TIMED = [name for name, sender in SENDERS.items() if sender.is_timed]

every = pytest.mark.parametrize("name", SENDERS)


def refusal(reason: Reason) -> Judgement:
    return Judgement(Verdict.NOT_AUTHENTIC, reason)


def other_secret(name: str) -> str:
    return OTHER_SECRETS.get(name, "another secret")


def with_header(sender: Sender, value: str | None) -> Judgement:
    return sender.judge(sender.submission(**{sender.signature_header: value}))


def test_every_preset_is_shown_by_a_sender() -> None:
    assert {sender.configuration["preset"] for sender in SENDERS.values()} == set(PRESETS)


def test_every_reason_tells_the_way_out() -> None:
    assert set(WORDS) == set(Reason)


@every
def test_what_the_sender_signed_is_accepted(name: str) -> None:
    assert SENDERS[name].judge() == ACCEPTED


@every
def test_a_changed_body_is_refused(name: str) -> None:
    sender = SENDERS[name]

    assert sender.judge(sender.submission(body=sender.body + " ")) == refusal(Reason.SIGNATURE_WRONG)


@every
def test_another_secret_is_refused(name: str) -> None:
    assert SENDERS[name].judge(secrets=[other_secret(name)]) == refusal(Reason.SIGNATURE_WRONG)


@every
def test_during_a_rotation_either_secret_opens(name: str) -> None:
    sender = SENDERS[name]
    (current,) = sender.configuration["secrets"]

    assert sender.judge(secrets=[other_secret(name), current]) == ACCEPTED
    assert sender.judge(secrets=[current, other_secret(name)]) == ACCEPTED


@every
def test_a_missing_header_is_refused(name: str) -> None:
    assert with_header(SENDERS[name], None) == refusal(Reason.SIGNATURE_MISSING)


@every
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.5, 0.7])
def test_a_truncated_header_is_refused(name: str, kept: float) -> None:
    sender = SENDERS[name]
    header = sender.headers[sender.signature_header].partition(",v0=")[0]

    judgement = with_header(sender, header[: int(len(header) * kept)])

    assert judgement.verdict is Verdict.NOT_AUTHENTIC
    assert judgement.reason in {Reason.SIGNATURE_MALFORMED, Reason.TIMESTAMP_MISSING, Reason.TIMESTAMP_MALFORMED}


@every
def test_a_signature_one_character_short_is_refused(name: str) -> None:
    sender = SENDERS[name]
    bare = sender.headers[sender.signature_header].partition(",v0=")[0].rstrip("=")

    assert with_header(sender, bare[:-1]) == refusal(Reason.SIGNATURE_MALFORMED)


@every
def test_if_present_takes_the_unsigned_and_still_refuses_a_wrong_signature(name: str) -> None:
    sender = SENDERS[name]
    unsigned = sender.judge(request(sender.body), mode="if_present")

    assert unsigned == Judgement(Verdict.AUTHENTIC, Reason.UNSIGNED)
    assert sender.judge(mode="if_present") == ACCEPTED
    assert sender.judge(sender.submission(body="{}"), mode="if_present") == refusal(Reason.SIGNATURE_WRONG)


@pytest.mark.parametrize("name", TIMED)
def test_the_replay_window_has_two_sides(name: str) -> None:
    sender = SENDERS[name]
    tolerance = PRESETS[sender.configuration["preset"]].tolerance
    second = timedelta(seconds=1)

    assert sender.judge(now=sender.at + tolerance - second) == ACCEPTED
    assert sender.judge(now=sender.at - tolerance + second) == ACCEPTED
    assert sender.judge(now=sender.at + tolerance + second) == refusal(Reason.TOO_OLD)
    assert sender.judge(now=sender.at - tolerance - second) == refusal(Reason.IN_THE_FUTURE)


@pytest.mark.parametrize("name", TIMED)
def test_a_changed_time_does_not_fit_the_signature(name: str) -> None:
    sender = SENDERS[name]
    header = PRESETS[sender.configuration["preset"]].timestamp_header or sender.signature_header
    old = str(int(sender.at.timestamp()))
    later = sender.submission(**{header: sender.headers[header].replace(old, str(int(old) + 1))})

    assert sender.judge(later) == refusal(Reason.SIGNATURE_WRONG)


@pytest.mark.parametrize("time", ["", "soon", "-1777638600", "1777638600.5", "١٧٧٧٦٣٨٦٠٠", "1e9", "9" * 500])
@pytest.mark.parametrize("name", ["standard_webhooks", "webflow", "hubspot_v3"])
def test_a_time_that_is_no_whole_number_is_refused(name: str, time: str) -> None:
    sender = SENDERS[name]
    header = PRESETS[sender.configuration["preset"]].timestamp_header or ""

    judgement = sender.judge(sender.submission(**{header: time}))

    assert judgement.reason in {Reason.TIMESTAMP_MISSING, Reason.TIMESTAMP_MALFORMED}


@every
def test_space_around_a_headers_value_is_no_part_of_it(name: str) -> None:
    sender = SENDERS[name]
    spaced = {header: f" {value}\t " for header, value in sender.headers.items()}

    assert sender.judge(sender.submission(**spaced)) == ACCEPTED


def test_a_missing_message_id_is_refused() -> None:
    sender = SENDERS["standard_webhooks"]

    assert sender.judge(sender.submission(webhook_id=None)) == refusal(Reason.ID_MISSING)
    assert sender.judge(sender.submission(webhook_id="")) == refusal(Reason.ID_MISSING)


def test_a_pair_that_tells_two_times_is_refused() -> None:
    sender = SENDERS["stripe"]
    twice = sender.headers["stripe-signature"] + ",t=1777638601"

    assert with_header(sender, twice) == refusal(Reason.SIGNATURE_MALFORMED)


def test_calendly_allows_three_minutes() -> None:
    sender = SENDERS["calendly"]

    assert sender.judge(now=sender.at + timedelta(minutes=2, seconds=59)) == ACCEPTED
    assert sender.judge(now=sender.at + timedelta(minutes=3, seconds=1)) == refusal(Reason.TOO_OLD)


def test_more_signatures_than_anybody_sends_are_not_compared() -> None:
    sender = SENDERS["standard_webhooks"]
    right = sender.headers["webhook-signature"]

    assert with_header(sender, "v1,bm8= " * 7 + right) == ACCEPTED
    assert with_header(sender, "v1,bm8= " * 8 + right) == refusal(Reason.SIGNATURE_MALFORMED)


def test_a_longer_header_than_anybody_sends_is_not_read() -> None:
    sender = SENDERS["stripe"]
    right = sender.headers["stripe-signature"]

    assert with_header(sender, right + ",x=" + "0" * 3_000) == ACCEPTED
    assert with_header(sender, right + ",x=" + "0" * 5_000) == refusal(Reason.SIGNATURE_MALFORMED)


def test_off_asks_for_nothing() -> None:
    assert SENDERS["stripe"].judge(request("{}"), mode="off") == ACCEPTED
