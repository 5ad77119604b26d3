# The container action that this job uses, written into the workspace. Sourced.
# shellcheck shell=sh disable=SC2154 # $here is the folder of plan.sh

# generate FOLDER NAME: FOLDER is the absolute path of the workspace's folder NAME.
#
# "uses:" takes no expression, so the fixed name is an action that uses the real one. That one's path contains a hash
# of its content: act and the runners of Gitea and Forgejo name a local build by its path alone and reuse it, across
# versions of this action and across repositories.
generate() {
    context=$1/context
    mkdir "$context"
    choose_image
    if [ -n "$image" ]; then
        say "image: $image"
        fill image "docker://$image" <"$here/container.yml" >"$context/action.yml"
    else
        fill image Dockerfile <"$here/container.yml" >"$context/action.yml"
        copy_context "$context"
    fi
    hash=$(hash_of "$context")
    mv "$context" "$1/$hash"
    fill path "./$2/$hash" <"$here/composite.yml" >"$1/action.yml"
}

# Sets $image to what can be pulled, or to nothing if an image has to be built.
choose_image() {
    image=${IMAGE:-}
    image=${image#docker://}
    [ -z "$image" ] && [ -z "${BASE_IMAGE:-}" ] || return 0
    [ -f "$here/release-image" ] || return 0
    released=$(grep -v '^#' "$here/release-image" || :)
    # Only a pull tells whether the registry can be reached.
    if [ -n "$released" ] && command -v docker >/dev/null 2>&1 && docker pull --quiet "$released" >/dev/null 2>&1; then
        image=$released
    fi
}

copy_context() {
    root=$here/..
    mkdir "$1/src"
    cp -R "$root/src/consumer_drift" "$1/src/consumer_drift"
    cp "$root/requirements.lock" "$1/"
    if [ -n "${BASE_IMAGE:-}" ]; then
        say "base image: ${BASE_IMAGE#docker://}"
        sed "s|^ARG BASE_IMAGE=.*|ARG BASE_IMAGE=${BASE_IMAGE#docker://}|" "$root/Dockerfile" >"$1/Dockerfile"
    else
        cp "$root/Dockerfile" "$1/Dockerfile"
    fi
}

# Fill a template's one gap: fill NAME VALUE, where VALUE has no "|", "&" or backslash.
fill() {
    sed "s|@$1@|$2|"
}

# The content of a folder, in 32 characters: names and bytes of its files, whatever their times and modes.
hash_of() {
    (
        cd "$1" || exit
        find . -type f | LC_ALL=C sort | while IFS= read -r file; do
            printf '%s\n' "$file"
            cat "$file"
        done
    ) | digest | cut -c 1-32
}

digest() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256
    else
        cksum | tr ' ' '-'
    fi
}
