"""Channels: the ways in which a message leaves, each a plugin, each configured as one or more accounts.

Owns `account` and `plugin_record`. It knows nothing of journeys, consent or policy: it opens accounts, hands plugins
their world, and refuses a configuration that does not fit its form. Plugins import only this module and `tidings.channels.mail`.
"""

from tidings.channels.contract import Channel as Channel
from tidings.channels.forms import (
    Secret as Secret,
    form_schema as form_schema,
    hidden as hidden,
    secret as secret,
    secret_fields as secret_fields,
)
from tidings.channels.structs import (
    API as API,
    Address as Address,
    BadSignature as BadSignature,
    Capabilities as Capabilities,
    Check as Check,
    Content as Content,
    Envelope as Envelope,
    Failed as Failed,
    HookReply as HookReply,
    HookRequest as HookRequest,
    Inbound as Inbound,
    Linked as Linked,
    Links as Links,
    OptOut as OptOut,
    Outbound as Outbound,
    PluginMeta as PluginMeta,
    Rendered as Rendered,
    Reply as Reply,
    Report as Report,
    Result as Result,
    Sending as Sending,
    Sent as Sent,
    Why as Why,
)
from tidings.channels.world import (
    Context as Context,
    HttpNoAnswer as HttpNoAnswer,
    HttpNotSent as HttpNotSent,
    HttpResponse as HttpResponse,
    Mark as Mark,
)
