"""Forms as a kind of document."""

from __future__ import annotations

from tidings.channels import form_schema
from tidings.documents.kinds import shelved
from tidings.forms.models import Form, check

FORM = shelved("form", "forms", Form, check, schema=lambda: form_schema(Form))
