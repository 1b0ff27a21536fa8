"""The forms that values of several kinds of record share, as regular expressions to be matched in full."""

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
BASIS = r"catalog|literature|knowledge"
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
