"""The text of the page around its tables."""

HEAD = """\
# Performance

"""

GAIN = """\
The time of a complete check, listing and searching the owner's repositories included, at {latency} ms per
request:

"""

GAINED = """
*Clones* is a shell script that makes a shallow clone of each repository, one after the other, and prints its
pins. It finds neither unlisted repositories nor open pull requests. ~ marks a time measured on a sample and
scaled.

Costs stay low because consumer-drift makes few requests: GitHub returns fifty consumers per request, and Gitea
all pinned files of a consumer. [Scale](scale.md) has the numbers for 100,000 consumers, and [the
cache](cache.md) reduces the requests on Gitea and Forgejo further.

![Time by the number of consumers, at {latency} ms]({picture})
"""

MEASURED = """\
## How it was measured

`make bench` writes this page; do not edit it by hand. All numbers are from one run on one machine, so compare
them with each other, and not with those of another machine.

Each measurement starts a new process, against an emulated server in its own processes, or against real Git.
Every response of a server is delayed by the latency. All repositories have one owner; every {behind}th consumer
is behind, every {open}th has an open bump pull request, and each has two pins.

{machine}
"""

LIMITS = """\
## What this does not show

- **GitHub's internal limits.** The emulator runs our queries on GitHub's published schema and enforces its
  documented limits. What a query costs inside GitHub is not documented; there, a query that is too expensive
  fails with `RESOURCE_LIMITS_EXCEEDED`, 502 or 504. A batch has 50 consumers and at most 250 files, which is
  commonly seen to work; a batch that fails is halved and repeated.
- **GitHub's pages.** Each page of an owner's repositories needs the cursor of the page before it. The pages are
  read from both ends, and more concurrency does not make this faster. If this chain is longer than the evenly
  split requests, it is the ideal. The emulator runs each query in Python; its processor time is included in our
  time, and keeps GitHub's rows from their ideal.
- **HTTP/2.** Many requests over one connection save handshakes. A run opens one connection per concurrent
  request and keeps it, so at most {handshakes} handshakes could be saved in a run of a thousand requests. This
  is not worth another dependency.
- **Large repositories.** The repositories here have two files, which favours the clones: a clone grows with the
  repository, a request for a file does not.
- **Noise.** {noise}
"""

OURS = """\
*Start* is the program alone: loaded, the configuration read, one consumer read without latency. *Split* is
requests × latency ÷ concurrency. *Ideal* is the same, or the chain of requests that depend on each other if
that is longer. *Server* is the emulator's processor time. *Spread* is the fastest and the slowest run, if there
were several; the other columns are the median run's. Bytes are those of all bodies, in both directions. Memory
is that of the largest process, and at least that of the bench itself.

"""
INSTEAD = """\
*Clones* is a shell script that clones each repository with `--depth 1`, over HTTP from `git http-backend`, and
prints its pins. *One by one* is consumer-drift with `--concurrency 1`. ~ marks times that were measured on a
sample and scaled: a few clones, or a hundred consumers one by one.

"""
CEILING = """\
Requests per second without latency, from eight threads, answered by {workers} processes that share one world. A
check sends at most concurrency ÷ latency per second: {most} at {latency} ms.

"""
BARE = """
{concurrency} bare sockets that ignore the responses get {bare:.0f} responses per second from the Gitea emulator
at {latency} ms, of {possible:.0f} possible ones. So a factor of {factor:.2f} in the tables comes from this
machine and the emulator.
"""
OVERLOAD = """\
## A server under load

`--concurrency` is the maximum of concurrent requests. A run starts with it, and reduces it if the server cannot
handle it: by half after 429, 5xx or a timeout, and by one for each further rejection of the same burst; by a
quarter if the responses of a route take more than twice their fastest time plus a quarter of a second, unless
fewer requests do not make them faster. With good responses it rises again, slowly where it failed before.

"""
BUDGETS = """\
These are limits that the project sets itself. A change that misses one needs a reason.

"""
