from pathlib import Path

import pytest
from pydantic import SecretStr

from nurture.delivery.registry import PROVIDERS, hooks
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


@pytest.mark.parametrize(
    ("variables", "opened"),
    [
        ({"MAIL_WEBHOOK_KEY_POSTMARK": "u:p"}, {"ses", "postmark"}),
        ({"MAIL_WEBHOOK_KEY_NEWS": "u:p", "MAIL_URL_NEWS": "brevo://k@default"}, {"ses", "brevo"}),
        ({"MAIL_WEBHOOK_KEY_NEWS": "u:p"}, {"ses"}),
        ({"MAIL_WEBHOOK_KEY_POSTMARK": ""}, {"ses"}),
    ],
)
def test_the_webhook_of_an_account_that_was_left_stays_open(
    variables: dict[str, str], opened: set[str]
) -> None:
    given = {name: SecretStr(value) for name, value in variables.items()}
    settings = load_settings(mail_url="ses://K:S@eu-west-1", mail_webhook_key="arn:1", of_accounts=given)
    assert set(hooks(settings)) == opened
