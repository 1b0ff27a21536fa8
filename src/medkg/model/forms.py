"""The forms that values of several kinds of record share, as regular expressions to be matched in full."""

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
BASIS = r"catalog|literature|knowledge"
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
WEB_ADDRESS = r"https?://\S.*"
SECURE_WEB_ADDRESS = r"https://\S.*"
CURIE = r"[a-z][a-z0-9]*:[A-Za-z0-9_.-]+"
COUNT_PROPERTY = r"medkg:[a-z][A-Za-z]*Count"
LANGUAGE_TAG = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"

EARLIEST_YEAR, LATEST_YEAR = 1000, 9999
"""The years that four digits write, as `xsd:gYear` asks."""

LARGEST_COUNT = 10**12
"""More than anybody counts, and few enough for all of a dataset to be added up in 64 bits."""
