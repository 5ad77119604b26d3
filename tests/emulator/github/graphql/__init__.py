"""GitHub's GraphQL, executed by graphql-core on the published schema."""
