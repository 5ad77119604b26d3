# The steps' log lines and outputs. Sourced.
# shellcheck shell=sh

say() {
    printf 'consumer-drift: %s\n' "$1"
}

# Foreign text in one line that no runner takes for a command.
plain() {
    printf '%s' "$1" | LC_ALL=C tr -c 'A-Za-z0-9._/@: -' '?' | sed 's/::/:?/g' | cut -c 1-200
}

# output NAME VALUE, where VALUE is one line. An empty one is left out: it reads as empty anyway.
output() {
    [ -z "$2" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}
