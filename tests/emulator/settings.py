"""What an administrator or the vendor sets on a server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Settings:
    """What an administrator or the vendor sets on a server. Sizes are bytes, times seconds."""

    require_signin: bool = False
    has_batch_route: bool | None = None
    """Gitea's /file-contents; None: Gitea has it, Forgejo has not."""
    knows_full_refs: bool | None = None
    """Gitea before 1.24 and Forgejo read contents at whatever git finds by the ref, a tag before a branch; None:
    Forgejo does. Gitea since 1.24 takes a branch first, and knows no full refs there."""
    max_response_items: int = 50
    default_paging_num: int = 30
    trees_per_page: int = 1000
    max_blob_size: int = 10485760
    max_response_size: int = 104857600
    max_batch_files: int = 30
    version: str | None = None
    ghes: bool = False
    """GitHub Enterprise Server: /api/v3 and /api/graphql on the browser's host."""
    github_page_default: int = 30
    github_page_max: int = 100
    tree_entries_max: int = 100_000
    blob_text_max: int = 512_000
    rate_limit: int = 5000
    """Primary limit: requests (REST) or points (GraphQL) an hour and token."""
    graphql_max_nodes: int = 500_000
    graphql_alias_limit: int | None = None
    """Top-level fields resolved before the rest comes back as RESOURCE_LIMITS_EXCEEDED."""
    graphql_object_limit: int | None = None
    """Repositories and git objects touched before the rest comes back as RESOURCE_LIMITS_EXCEEDED."""
    secondary_limits: bool = False
    points_per_minute: int = 900
    graphql_points_per_minute: int = 2000
    content_per_minute: int = 80
    content_per_hour: int = 500
    concurrent_requests: int = 100
    not_indexed: frozenset[str] = frozenset()
    """Repositories that GitHub's search does not know yet, as owner/name: its index follows the changes."""
    actions_may_open_pulls: bool = True
