from pathlib import Path

import pytest
from pydantic import SecretStr

from nurture.delivery.registry import PROVIDERS
from nurture.settings import load_settings


@pytest.mark.parametrize("name", PROVIDERS)
def test_each_provider_has_its_page(name: str, checkout: Path) -> None:
    assert (checkout / "docs" / "providers" / f"{name}.md").is_file()


@pytest.mark.parametrize("name", PROVIDERS)
async def test_each_provider_is_made_from_settings_alone_and_connects_to_nothing(name: str) -> None:
    settings = load_settings(
        smtp_host="nowhere.invalid", smtp_user="us", smtp_password=SecretStr("canary"), smtp_tls="tls"
    )
    provider = PROVIDERS[name](settings)
    assert provider.name == name
    assert "canary" not in repr(provider) + repr(vars(provider))
    await provider.close()
