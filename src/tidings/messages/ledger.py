"""The ledger in motion: claim, decide, mark, settle, and find again after a crash (CORRECTNESS 21 to 28)."""

from tidings.messages.departing import (
    Departing as Departing,
    Departures as Departures,
    claim as claim,
    depart as depart,
)
from tidings.messages.models import Lane as Lane, Room as Room, Some as Some
from tidings.messages.recovery import (
    forget as forget,
    give_back as give_back,
    recover as recover,
    release as release,
    resend as resend,
)
from tidings.messages.settling import Settled as Settled, mark as mark, settle as settle
