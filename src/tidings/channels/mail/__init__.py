"""What mail servers and mailboxes say afterwards: one classifier for answers, bounces, complaints and replies. Pure.

Public for plugin authors, like `tidings.channels` itself: every channel that sends email classifies by it, so that a bounce
means the same whether a server, a mailbox or a provider told it.
"""

from tidings.channels.mail.codes import WHY as WHY, Class as Class, Verdict as Verdict, classify as classify
from tidings.channels.mail.intake import Found as Found, read as read
