"""Channels: the ways in which a message leaves, each a plugin, each configured as one or more accounts.

Owns `account` and `plugin_record`. It knows nothing of journeys, consent or policy: it opens accounts, hands plugins
their world, and refuses a configuration that does not fit its form. Plugins import only this module.
"""

from tidings.channels.contract import (
    API as API,
    Address as Address,
    BadSignature as BadSignature,
    Capabilities as Capabilities,
    Channel as Channel,
    Check as Check,
    Content as Content,
    Context as Context,
    Envelope as Envelope,
    Failed as Failed,
    HookReply as HookReply,
    HookRequest as HookRequest,
    HttpNoAnswer as HttpNoAnswer,
    HttpNotSent as HttpNotSent,
    HttpResponse as HttpResponse,
    Inbound as Inbound,
    Linked as Linked,
    Links as Links,
    Mark as Mark,
    OptOut as OptOut,
    Outbound as Outbound,
    PluginMeta as PluginMeta,
    Rendered as Rendered,
    Reply as Reply,
    Report as Report,
    Result as Result,
    Secret as Secret,
    Sent as Sent,
    Why as Why,
    form_schema as form_schema,
    secret as secret,
    secret_fields as secret_fields,
)
