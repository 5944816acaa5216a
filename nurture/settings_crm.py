"""The part of the settings by which a CRM is told of leads and listened to."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

Word = BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value)


class CrmSettings(BaseSettings):
    crm: Annotated[Literal["", "webhook", "hubspot", "salesforce", "pipedrive"], Word] = ""
    """Empty: the webhook, where its address is given."""
    crm_webhook_url: str = Field(default="", repr=False)
    crm_webhook_secret: SecretStr = SecretStr("")
    crm_webhook_asks: str = ""
    """Address of the webhook's CRM that answers what has happened there; empty: it calls us."""
    crm_address: str = ""
    """Of the CRM's API; empty: where everybody finds it. Salesforce needs your own domain there."""
    crm_token: SecretStr = SecretStr("")
    """A token that stays: of a private app, or an API token."""
    crm_client_id: str = ""
    crm_client_secret: SecretStr = SecretStr("")
    crm_refresh_token: SecretStr = SecretStr("")
    """The three of OAuth; the secret also proves HubSpot's webhooks."""
    crm_key: SecretStr = SecretStr("")
    """Seals the tokens of OAuth in the database; several with commas: the first seals, all open."""
    crm_hook_key: SecretStr = SecretStr("")
    """Proves the CRM's webhooks: `user:password`, or a word at the end of the path; of the webhook's CRM
    `whsec_...`, several with commas."""
    crm_daily_calls: Annotated[int, Field(ge=0)] = 0
    """How many calls a day we may make; 0: what the CRM allows."""

    @model_validator(mode="after")
    def _can_sign_in(self) -> Self:
        if self.crm not in ("", "webhook") and not (self.crm_client_id or self.crm_token.get_secret_value()):
            raise ValueError(f"crm: {self.crm} needs NURTURE_CRM_TOKEN, or a client id and its secret")
        if self.crm == "salesforce" and not self.crm_address:
            raise ValueError("crm_address: name your own domain, such as https://ours.my.salesforce.com")
        if self.crm == "webhook" and not self.crm_webhook_url:
            raise ValueError("crm: webhook needs NURTURE_CRM_WEBHOOK_URL, where changes are told")
        secret = self.crm_webhook_secret.get_secret_value()
        if self.crm_name == "webhook" and secret and secret in self.crm_hook_secrets:
            raise ValueError("crm_hook_key: must be another secret than NURTURE_CRM_WEBHOOK_SECRET")
        return self

    @property
    def crm_hook_secrets(self) -> tuple[str, ...]:
        given = self.crm_hook_key.get_secret_value().split(",")
        return tuple(part.strip() for part in given if part.strip())

    @property
    def crm_name(self) -> str:
        """Of the CRM that is told; empty: none."""
        return self.crm or ("webhook" if self.crm_webhook_url else "")

    @property
    def crm_keys(self) -> tuple[str, ...]:
        given = self.crm_key.get_secret_value().split(",")
        return tuple(part.strip() for part in given if part.strip())
