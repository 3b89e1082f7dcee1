"""Channels: the ways in which a message leaves, each a plugin, each configured as one or more accounts.

Owns `account` and `plugin_record`. It knows nothing of journeys, consent or policy: it opens accounts, hands plugins
their world, and refuses a configuration that does not fit its form. Plugins import only this module.
"""

from tidings.channels.contract import (
    API as API,
)
from tidings.channels.contract import (
    Address as Address,
)
from tidings.channels.contract import (
    BadSignature as BadSignature,
)
from tidings.channels.contract import (
    Capabilities as Capabilities,
)
from tidings.channels.contract import (
    Channel as Channel,
)
from tidings.channels.contract import (
    Check as Check,
)
from tidings.channels.contract import (
    Content as Content,
)
from tidings.channels.contract import (
    Context as Context,
)
from tidings.channels.contract import (
    Envelope as Envelope,
)
from tidings.channels.contract import (
    Failed as Failed,
)
from tidings.channels.contract import (
    HookReply as HookReply,
)
from tidings.channels.contract import (
    HookRequest as HookRequest,
)
from tidings.channels.contract import (
    HttpNoAnswer as HttpNoAnswer,
)
from tidings.channels.contract import (
    HttpNotSent as HttpNotSent,
)
from tidings.channels.contract import (
    HttpResponse as HttpResponse,
)
from tidings.channels.contract import (
    Inbound as Inbound,
)
from tidings.channels.contract import (
    Linked as Linked,
)
from tidings.channels.contract import (
    Links as Links,
)
from tidings.channels.contract import (
    Mark as Mark,
)
from tidings.channels.contract import (
    OptOut as OptOut,
)
from tidings.channels.contract import (
    Outbound as Outbound,
)
from tidings.channels.contract import (
    PluginMeta as PluginMeta,
)
from tidings.channels.contract import (
    Rendered as Rendered,
)
from tidings.channels.contract import (
    Reply as Reply,
)
from tidings.channels.contract import (
    Report as Report,
)
from tidings.channels.contract import (
    Result as Result,
)
from tidings.channels.contract import (
    Secret as Secret,
)
from tidings.channels.contract import (
    Sent as Sent,
)
from tidings.channels.contract import (
    Why as Why,
)
from tidings.channels.contract import (
    form_schema as form_schema,
)
from tidings.channels.contract import (
    secret as secret,
)
from tidings.channels.contract import (
    secret_fields as secret_fields,
)
