"""The story of an event: it comes in, changes what we know, ends, wakes and starts journeys, and its facts go round again.

This is the first package to read: `ingest` (an event comes in), `reactions` (what follows), `deliver` (time passes,
messages leave), `answers` (people and providers answer), `holding` (people decide), `explaining` (why), `testing` (how does it
look). Only flow makes things happen to each other: rooms return facts, flow announces them. Every function here is a unit's
inside: it gets a transaction and `now`, and touches nothing else.
"""

from tidings.flow.answers import (
    consented as consented,
    heard as heard,
    reached as reached,
    suppressed as suppressed,
    unsubscribed as unsubscribed,
    unsuppressed as unsuppressed,
    visited as visited,
)
from tidings.flow.bulk import (
    Chosen as Chosen,
    Meant as Meant,
    advance_bulk as advance_bulk,
    begin_bulk as begin_bulk,
    meant as meant,
)
from tidings.flow.campaigning import (
    Preflight as Preflight,
    advance_campaign as advance_campaign,
    cancel_campaign as cancel_campaign,
    launch_campaign as launch_campaign,
    preflight as preflight,
)
from tidings.flow.deliver import (
    adopt as adopt,
    advance as advance,
    depart as depart,
    mark as mark,
    recover as recover,
    walk as walk,
)
from tidings.flow.explaining import Explanation as Explanation, explained as explained
from tidings.flow.exporting import Exported as Exported, exported as exported
from tidings.flow.following import zone_changed as zone_changed
from tidings.flow.holding import approved as approved, held as held, rejected as rejected, released as released
from tidings.flow.importing import advance_import as advance_import
from tidings.flow.ingest import Ingested as Ingested, ingest as ingest
from tidings.flow.looking import Looked as Looked, enrol_imported as enrol_imported, look as look
from tidings.flow.reactions import (
    announce as announce,
    changed as changed,
    delete_list as delete_list,
    employed as employed,
    enrol as enrol,
    known as known,
    listed as listed,
    merge as merge,
    pass_time as pass_time,
    react as react,
    save_company as save_company,
    settle as settle,
)
from tidings.flow.segmenting import (
    advance_segments as advance_segments,
    enrol_members as enrol_members,
    publish_segment as publish_segment,
    started_by as started_by,
    take_down_segment as take_down_segment,
    uses_of_segment as uses_of_segment,
)
from tidings.flow.setting import KINDS as KINDS, Setting as Setting, setting_of as setting_of
from tidings.flow.signing_up import Asking as Asking, Visitor as Visitor, confirmed as confirmed, submit as submit
from tidings.flow.testing import Test as Test, send_test as send_test
