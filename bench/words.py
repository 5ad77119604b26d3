"""What the page says around its tables."""

from __future__ import annotations

HEAD = """\
# Performance

Written by `make bench`; do not edit it by hand. Everything here is from one run on one machine, so the ratios
mean something and the seconds little.

What is measured is the whole command, started anew each time, against an emulated forge in processes of its own,
and real git. Every answer of either server is late by the latency. The fleet lies in one owner; every
{behind}th consumer is behind, every {open}th has an open bump; each has two pins; the owner's listing is read and
reconciled as well.

{machine}

![Time by the number of consumers, at {latency} ms]({picture})
"""

LIMITS = """\
## What this does not show

- **GitHub's own work.** The emulator runs our queries on GitHub's published schema and keeps to its documented
  limits, but what a query costs GitHub inside is told nowhere: that bound is met in real life only, as
  `RESOURCE_LIMITS_EXCEEDED`, 502 or 504. A batch holds 50 consumers and at most 250 file fields because that
  is within what is commonly seen to go through; what does not go through is halved and asked again. No measurement
  here can find a better number, since for the emulator a larger batch is always cheaper.
- **GitHub's pages.** A page of an owner's repositories is found by a cursor that only its neighbour tells, so they
  are walked from both ends, and no concurrency makes that chain shorter. Where it is longer than the requests
  split evenly, the chain is the ideal. The emulator executes each query in Python: its own processor time is
  shown, stands within our wall time, and is what holds GitHub's rows from their ideal.
- **HTTP/2.** Many requests over one connection spare handshakes. Here a run opens one connection for each
  request that is under way at once and keeps it, so at most {handshakes} handshakes are to be spared in a run of
  a thousand requests; the protocol's state machine is Python under one lock, and the library that brings it
  would be one more to trust. It is left out.
- **Large repositories.** The clones here are of two files, which flatters the script: a clone grows with the
  repository, a file that is asked for does not.
- **Noise.** {noise}
"""

OURS = """\
*Start* is the program alone: everything loaded, the list read, one consumer of it asked for without latency.
*Split* is requests × latency / concurrency; *ideal* is that, or the chain of round trips that need each other
where it is longer. *Server* is the emulator's processor time. *Spread* is the fastest and the slowest run
where there were several; the others are the median run's. Bytes are those of all bodies, both ways. Memory is
that of the largest single process, and cannot read below the bench's own.

"""
INSTEAD = """\
*Clones*: a shell script that clones each repository with `--depth 1` and prints its pins, over HTTP from
`git http-backend`. It finds no unlisted repository and no open bump. *One by one*: this program with
`--concurrency 1`. A ~ marks what was measured on a sample and multiplied: a few clones, a hundred consumers one
by one.

"""
CEILING = """\
Requests a second without latency, asked by eight threads, by {workers} processes that share one world. A check
asks for no more than concurrency / latency a second: {most} at {latency} ms.

"""
BARE = """
{concurrency} bare sockets that do nothing with an answer got {bare:.0f} answers a second from Gitea's emulator at
{latency} ms, where {possible:.0f} are possible: a factor of {factor:.2f} in the rows above is this machine's and
the emulator's.
"""
STRAIN = """\
## A server under strain

`--concurrency` is the most that is asked at once. A run begins with that, and asks less where the server does not
bear it: after 429, 5xx or no answer in time half as much, and one less for each further refusal of the same burst;
a quarter less where a route's answers take more than twice their fastest and a quarter of a second on top, unless
asking less makes them no faster. With good answers it finds its way up again, carefully where it failed before.

"""
