"""Documents of every kind through one door: check, draft, plan, publish, pull. One that does not validate changes nothing.

Owns `draft`: a document that is being written, beside the live one. It keeps no live document: each kind's own room does.
"""

from tidings.documents.checking import (
    COMING as COMING,
    KINDS as KINDS,
    Document as Document,
    check as check,
    in_order as in_order,
    known as known,
    name as name,
    warnings as warnings,
)
from tidings.documents.drafts import (
    Draft as Draft,
    decoded as decoded,
    draft as draft,
    drafts as drafts,
    drop as drop,
    problems as problems,
    save as save,
)
from tidings.documents.files import parse as parse, read as read, write as write
from tidings.documents.kinds import Kind as Kind, plain as plain, shelved as shelved
from tidings.documents.mentions import Mention as Mention, mentions as mentions
from tidings.documents.plans import (
    DocumentPlan as DocumentPlan,
    FieldChange as FieldChange,
    StepChange as StepChange,
)
from tidings.documents.service import (
    plan as plan,
    publish as publish,
    pull as pull,
    take_down as take_down,
    version as version,
)
