# The container action that this job uses, written into the workspace. Sourced.
# shellcheck shell=sh disable=SC2154 # $here is the folder of plan.sh

# How long a registry may take for the release's image, in seconds. A build needs a registry, too: this is not the end.
PULL_SECONDS=${PULL_SECONDS:-120}

# generate FOLDER NAME: FOLDER is the absolute path of the workspace's folder NAME.
#
# An image that there is already needs no more than the one action. "uses:" takes no expression, so where an image has
# to be built, the fixed name is an action that uses the real one. That one's path is drawn by lot: act and the
# runners of Gitea and Forgejo name a local build by its path alone and run what has that name without a build,
# whoever made it. A job that could tell the name beforehand could put an image there and be given the token. Docker's
# own cache goes by content, so a build of the same content takes next to no time.
generate() {
    choose_image "$1/pull.log"
    say "image: $chosen"
    if [ -n "$image" ]; then
        fill image "docker://$image" <"$here/container.yml" >"$1/action.yml"
        return
    fi
    drawn=$(draw)
    if [ -z "$drawn" ]; then
        problem "this host has neither /dev/urandom nor head, so no image's name can be made up: set runtime to python"
    fi
    context=$1/$drawn
    mkdir "$context"
    fill image Dockerfile <"$here/container.yml" >"$context/action.yml"
    copy_context "$context"
    fill path "./$2/$drawn" <"$here/composite.yml" >"$1/action.yml"
}

# choose_image LOG: sets $image to what can be pulled, or to nothing if an image has to be built; and $chosen to what
# runs and why.
choose_image() {
    image=${IMAGE:-}
    image=${image#docker://}
    if [ -n "$image" ]; then
        chosen="$image (the input image${BASE_IMAGE:+; the input base-image is not used})"
    elif [ -n "${BASE_IMAGE:-}" ]; then
        chosen="built from the Dockerfile on ${BASE_IMAGE#docker://} (the input base-image)"
    elif pull_release "$1"; then
        image=$released
        chosen="$image (the release's own)"
    else
        chosen="built from the Dockerfile ($why)"
    fi
}

# pull_release LOG: sets $released to the release's image and pulls it, or sets $why to the reason against it.
pull_release() {
    released=
    [ ! -f "$here/release-image" ] || released=$(grep -v '^#' "$here/release-image" || :)
    if [ -z "$released" ]; then
        why="this version of the action has no image of its own: it is no release"
        return 1
    fi
    if ! command -v docker >/dev/null 2>&1; then
        why="without a docker command in the job nothing tells whether $released can be pulled"
        return 1
    fi
    ended=0
    within "$PULL_SECONDS" docker pull --quiet "$released" >"$1" 2>&1 || ended=$?
    if [ "$ended" -ge 124 ]; then
        why="$released could not be pulled within $PULL_SECONDS s"
    else
        why="$released could not be pulled: $(plain "$(sed -n '/./h; ${ x; p; }' "$1")")"
    fi
    return "$ended"
}

# within SECONDS COMMAND...: run it, and end it after that time with a code of 124 or more.
within() {
    seconds=$1
    shift
    "$@" &
    running=$!
    (
        waited=0
        while [ "$waited" -lt "$seconds" ]; do
            sleep 1
            kill -0 "$running" || exit 0
            waited=$((waited + 1))
        done
        kill "$running"
    ) >/dev/null 2>&1 &
    wait "$running"
}

copy_context() {
    root=$here/..
    mkdir "$1/src"
    cp -R "$root/src/__main__.py" "$root/src/consumer_drift" "$1/src/"
    cp "$root/requirements.lock" "$1/"
    if [ -n "${BASE_IMAGE:-}" ]; then
        sed "s|^ARG BASE_IMAGE=.*|ARG BASE_IMAGE=${BASE_IMAGE#docker://}|" "$root/Dockerfile" >"$1/Dockerfile"
    else
        cp "$root/Dockerfile" "$1/Dockerfile"
    fi
}

# Fill a template's one gap: fill NAME VALUE, where VALUE has no "|", "&" or backslash.
fill() {
    sed "s|@$1@|$2|"
}

# 32 characters that cannot be known beforehand; nothing where the host has no source of them.
draw() {
    { LC_ALL=C tr -dc 'a-f0-9' </dev/urandom | head -c 32; } 2>/dev/null || :
}
