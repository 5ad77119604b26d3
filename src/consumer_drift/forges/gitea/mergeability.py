"""Whether a pull request merges. The server computes it after each push to either branch, and says no until then.

https://docs.gitea.com/api (pulls)
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, parse_pull_requests, routes
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline

# Seconds between the questions: the server needs less than one, unless it has much to compute.
_PAUSES = (0.5, 1.0, 2.0)


def checked(
    client: GiteaClient, deadline: Deadline, name: RepositoryName, pull_request: PullRequest
) -> PullRequest:
    """Return *pull_request*, read again while it does not merge: that may not have been computed yet."""
    request = routes.pull_request(name, pull_request.number)
    for pause in _PAUSES:
        if pull_request.mergeable is not False or not pull_request.is_open:
            break
        deadline.wait(pause)
        answer = client.send(name, request)
        if isinstance(answer, Failure):
            break
        found = parse.parsed(answer, str(request), partial(parse_pull_requests.pull_request, of=name))
        if isinstance(found, Failure):
            break
        pull_request = found
    return pull_request
