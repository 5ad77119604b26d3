#!/bin/sh
# The script that one writes for a handful of repositories: clone each, look at its pins, throw it away.
# clones.sh URL COUNT FOLDER
set -eu
number=0
while [ "$number" -lt "$2" ]; do
	name=$(printf 'template-%05d' "$number")
	git clone --quiet --depth 1 "$1/$name.git" "$3/$name"
	cat "$3/$name/.runtime-version" "$3/$name/requirements.txt"
	rm -rf "${3:?}/$name"
	number=$((number + 1))
done
