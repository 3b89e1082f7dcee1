"""Rules: one language of conditions for audiences, branches, exits and filters, compiled to SQL. Knows no room.

Answers are yes, no or unknown (SQL's null): `all` is and, `any` is or, `not` is not.
"""
