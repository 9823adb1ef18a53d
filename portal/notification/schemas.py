"""The shapes of notifications. No view has a field for where a channel leads, or for its keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from portal.auth.schemas import Request
from portal.notification.events import EventName
from portal.notification.texts import LONGEST_SOURCE, Part

Kind = Literal["mail", "slack", "teams", "webhook", "apprise"]
Status = Literal["waiting", "sent", "given_up"]
Address = Annotated[str, Field(min_length=3, max_length=254)]


class NotificationView(BaseModel):
    """One line of the inbox. `link` is a path of the portal."""

    id: str
    event: str
    project_id: str | None
    run_id: str | None
    title: str
    body: str
    link: str
    created_at: datetime
    read_at: datetime | None


class UnreadView(BaseModel):
    unread: int


class PreferenceView(BaseModel):
    """How the signed-in person is told of one event."""

    event: EventName
    title: str
    inbox: bool
    mail: bool
    usual_inbox: bool
    usual_mail: bool
    of_project: bool
    """Whether a project's channel can have it."""


class PreferencesView(BaseModel):
    """`mail_is_sent`: whether this portal sends mail at all."""

    mail_is_sent: bool
    events: list[PreferenceView]


class Wish(Request):
    inbox: bool
    mail: bool


class PreferencesChange(Request):
    """What is left out stays as it is; null goes back to what is usual."""

    events: dict[EventName, Wish | None]


class ChannelView(BaseModel):
    """`shown` is as much as may be seen of where the channel leads. `old_key_until`: a former key signs too, until then."""

    id: str
    name: str
    kind: Kind
    project_id: str | None
    project: str | None
    events: list[str]
    shown: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    old_key_until: datetime | None = None


class NewChannelView(ChannelView):
    """A channel with a new key. `signing_key` is shown this once."""

    signing_key: str | None = Field(default=None, repr=False)


class NewChannel(Request):
    """`url` for every kind but mail, which takes `addresses`. Without `project` it is of the whole portal."""

    name: str = Field(min_length=1, max_length=100)
    kind: Kind
    project: str | None = Field(default=None, max_length=64)
    events: list[EventName] = Field(min_length=1, max_length=50)
    url: SecretStr | None = Field(default=None, max_length=2000)
    addresses: list[Address] = Field(default_factory=list, max_length=20)


class ChannelChange(Request):
    """What is left out stays as it is. `enabled` switches it on again also after the receiver was gone."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    events: list[EventName] | None = Field(default=None, min_length=1, max_length=50)
    url: SecretStr | None = Field(default=None, max_length=2000)
    addresses: list[Address] | None = Field(default=None, min_length=1, max_length=20)
    enabled: bool | None = None


class DeliveryView(BaseModel):
    """One message to one place. `id` is what receivers of webhooks see as `webhook-id`."""

    id: str
    event: str
    channel_id: str | None
    project_id: str | None
    kind: Kind
    recipient: str
    status: Status
    attempts: int
    next_at: datetime | None
    response_code: int | None
    response: str | None
    problem: str | None
    created_at: datetime
    ended_at: datetime | None
    can_resend: bool


class TextView(BaseModel):
    """A part of the message of one event: ours, or an administrator's instead."""

    event: str
    part: Part
    source: str
    usual: str
    facts: list[str]
    updated_at: datetime | None = None
    updated_by: str | None = None


class TextChange(Request):
    """A template in Jinja2; null goes back to ours."""

    source: str | None = Field(max_length=LONGEST_SOURCE)


class Preview(Request):
    source: str = Field(max_length=LONGEST_SOURCE)


class PreviewView(BaseModel):
    """The template filled with made-up facts."""

    text: str
