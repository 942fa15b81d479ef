"""The shipped look-up tables are whole, and say what they are known to say."""

from services.scorer.reference_data import Place, ReferenceData


def test_every_postal_code_lies_in_a_county(reference: ReferenceData) -> None:
    assert len(reference.postal_codes) == 19_102
    assert all(len(code) == 5 and code.isdigit() for code in reference.postal_codes)
    assert all(place.county and place.locality for place in reference.postal_codes.values())
    assert len({place.county for place in reference.counties.values()}) == 21


def test_a_name_that_is_one_place_tells_its_municipality(reference: ReferenceData) -> None:
    assert reference.cities["storvreta"] == Place("Storvreta", "Uppsala", "0380", "Uppsala län")
    assert reference.cities["uppsala"].municipality == "Uppsala"


def test_a_name_that_several_counties_share_tells_nothing(reference: ReferenceData) -> None:
    assert "kosta" not in reference.cities
    assert "jönåker" not in reference.cities


def test_the_mail_lists_know_the_usual_suspects(reference: ReferenceData) -> None:
    assert {"gmail.com", "hotmail.se", "telia.com"} <= reference.free_mail
    assert "mailinator.com" in reference.disposable_mail
    assert {"info", "order", "faktura", "kundtjänst"} <= reference.role_mail
    assert not reference.free_mail & {"exempel.se", "exempelsol.se"}


def test_the_version_is_that_of_the_files() -> None:
    assert ReferenceData.load().version == ReferenceData.load().version
