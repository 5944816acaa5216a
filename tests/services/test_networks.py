from ipaddress import ip_address

import pytest

from nurture.services.networks import LENGTHS, SMALL, around


@pytest.mark.parametrize(
    ("one", "beside", "elsewhere"),
    [("8.8.8.8", "8.8.8.200", "8.8.9.8"), ("2600:1:2:300::1", "2600:1:2:3ff::9", "2600:1:2:400::1")],
)
def test_a_house_is_known_by_its_small_network(one: str, beside: str, elsewhere: str) -> None:
    small = [around("secret", ip_address(ip))[SMALL] for ip in (one, beside, elsewhere)]
    assert small[0] == small[1] != small[2]
    assert {version: lengths[SMALL] for version, lengths in LENGTHS.items()} == {4: 24, 6: 56}
    assert around("other", ip_address(one))[SMALL] != small[0], "by whose secret"
