"""Which programs fetch links and images that are no person's."""

from functools import lru_cache

from crawleruseragents import is_crawler

# Fetchers seen in mail that the public list does not have.
ALSO = (
    "barracuda",
    "mimecast",
    "proofpoint",
    "safelinks",
    "trendmicro",
    "symantec",
    "headlesschrome",
    "curl/",
    "wget/",
)
LONGEST = 512


@lru_cache(4096)
def looks_like_machine(agent: str) -> bool:
    """Of a User-Agent header."""
    lowered = agent[:LONGEST].lower()
    return any(word in lowered for word in ALSO) or bool(is_crawler(agent[:LONGEST]))
