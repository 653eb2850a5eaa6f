# Asks the webhook and judges its answers; sourced by run. Uses $work, $registry and $webhook; counts in $asked, $wrong.

asked=0

# Prepare the next question: the review of a new object. Images are named without the registry.
pod() { # IMAGE...
    images=("$@")
    review Pod "" v1 pods "$(pod_specification | jq '{metadata: {name: "demo"}, spec: .}')"
}

deployment() { # IMAGE...
    images=("$@")
    review Deployment apps v1 deployments \
        "$(pod_specification | jq '{metadata: {name: "demo"}, spec: {selector: {}, template: {metadata: {}, spec: .}}}')"
}

pod_specification() {
    printf '%s\n' "${images[@]}" | jq --raw-input --slurp --arg registry "$registry" \
        '{containers: (split("\n") | map(select(. != "")) | to_entries
            | map({name: "c\(.key)", image: "\($registry)/\(.value)"}))}'
}

review() { # KIND GROUP VERSION RESOURCE OBJECT
    jq --null-input --arg kind "$1" --arg group "$2" --arg version "$3" --arg resource "$4" --argjson object "$5" \
        --arg uid "$(cat /proc/sys/kernel/random/uuid)" '{
            apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview",
            request: {
                uid: $uid,
                kind: {group: $group, version: $version, kind: $kind},
                resource: {group: $group, version: $version, resource: $resource},
                requestKind: {group: $group, version: $version, kind: $kind},
                requestResource: {group: $group, version: $version, resource: $resource},
                name: "demo", namespace: "demo", operation: "CREATE", dryRun: false,
                userInfo: {username: "demo"},
                object: ($object + {apiVersion: (if $group == "" then $version else "\($group)/\($version)" end), kind: $kind}),
                oldObject: null, options: null
            }
        }' >"$work/review.json"
}

heading() {
    printf '%s   %-10s %-36s %6s  %s%s\n' "$bold" ANSWER IMAGE TIME WHAT "$plain"
}

# Asks, and compares the answer with the right one.
expect() { # admitted|refused|undecided WHAT pinned DIGEST | says TEXT
    local right=$1 what=$2 check=$3 value=$4 seconds decision mark=ok colour=$green
    asked=$((asked + 1))
    seconds=$(curl --silent --show-error --max-time 15 --cacert "$work/webhook/ca.pem" \
        --header 'Content-Type: application/json' --data-binary "@$work/review.json" \
        --output "$work/answer.json" --write-out '%{time_total}' "https://$webhook/admit?timeout=10s") || seconds=0
    decision=$(decide)
    if [ "$decision" != "$right" ] || ! "check_$check" "$value"; then
        mark=NO colour=$red wrong=$((wrong + 1))
    fi
    printf '%s%s%s %s%-10s%s %-36s %3d ms  %s\n' "$colour" "$mark" "$plain" "$bold" "$decision" "$plain" \
        "$(label)" "$(awk -v s="$seconds" 'BEGIN { printf "%d", s * 1000 + 0.5 }')" "$what"
    explain | sed "s/^/              $faint/; s/\$/$plain/"
    if [ "$mark" = NO ]; then
        echo "              ${red}expected: $right, $check ${value}${plain}"
    fi
}

check_pinned() { # DIGEST: the patch leads to this digest and to nothing else
    local repository=${images[0]%%[:@]*}
    local wanted=$registry/$repository@$1
    local named=$registry/${images[0]}
    [ "$(patch | jq -r 'map(.value) | unique | join(" ")')" = "$wanted" ] && return
    [ "$named" = "$wanted" ] && [ "$(patch | jq length)" -eq 0 ] # already pinned: nothing to change
}

check_says() { # TEXT
    jq -e --arg text "$1" '.response.status.message | contains($text)' "$work/answer.json" >/dev/null
}

# The decision, if the answer is one to our question in the form that the API server demands.
decide() {
    jq -r --slurpfile question "$work/review.json" '
        if .kind != "AdmissionReview" or .apiVersion != "admission.k8s.io/v1"
            or .response.uid != $question[0].request.uid then "no answer"
        elif .response.allowed == true then "admitted"
        elif .response.status.code == 403 then "refused"
        elif .response.status.code == 500 then "undecided"
        else "unclear" end' "$work/answer.json" 2>/dev/null || echo "no answer"
}

patch() {
    local encoded
    encoded=$(jq -r '.response.patch // empty' "$work/answer.json")
    if [ -n "$encoded" ]; then base64 --decode <<<"$encoded"; else echo '[]'; fi
}

# What the answer says to the user, or does to the object.
explain() {
    if [ "$(decide)" = admitted ]; then
        patch | jq -r 'if length == 0 then "unchanged" else .[] | "\(.path) -> \(.value)" end'
    else
        jq -r '.response.status | "\(.code) \(.reason): \(.message)"' "$work/answer.json" 2>/dev/null ||
            head -c 500 "$work/answer.json"
    fi
}

label() { # the images of the question, their digests cut to the first digits
    printf '%s\n' "${images[@]}" | sed 's/\(@sha256:[0-9a-f]\{8\}\)[0-9a-f]*/\1.../' | paste -sd, | sed 's/,/, /g'
}
