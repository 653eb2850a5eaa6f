# What many policy entries cost: memory, the start, and the search for the one that decides; sourced by run.

counts=(10 1000 10000)
images_of_large_pod=100

measure_entries() {
    local count round servers=() addresses=() index
    large_pod >"$work/large-pod.json"
    for count in "${counts[@]}"; do
        step "$count entries: starting"
        policy_file "$work/entries-$count/policy.yaml" "$(entries "$count")"
        start_webhook "entries-$count" "$work/entries-$count"
        ticks "$server" >"$work/results/start-$count"
        ask "$work/large-pod.json" >/dev/null
        resident "$server" >"$work/results/memory-$count"
        servers+=("$server") addresses+=("$webhook")
    done
    for ((round = 0; round < rounds; round++)); do
        for index in "${!counts[@]}"; do
            step "${counts[$index]} entries: round $((round + 1))"
            load "entries-${counts[$index]}" "${servers[$index]}" "${addresses[$index]}" "$work/large-pod.json" 8
        done
    done
    for server in "${servers[@]}"; do end_server "$server"; done
}

# Names without a star, repositories under a prefix, and hosts with a star, in equal parts; the last one allows the rest.
entries() { # COUNT
    awk -v count="$1" 'BEGIN {
        for (number = 0; number < count - 1; number++) {
            if (number % 3 == 0) pattern = "registry.example.com/team-" number "/app"
            if (number % 3 == 1) pattern = "registry.example.com/team-" number "/*"
            if (number % 3 == 2) pattern = "*.example.com/team-" number "/app-*"
            print "{name: \"" pattern "\", policy: {}}"
        }
        print "{name: \"*\", policy: {}}"
    }'
}

# A pod so large that the search for its images' entries is most of what differs. Every third image has no entry but the
# last one, whatever their number.
large_pod() {
    jq --argjson count "$images_of_large_pod" --compact-output '
        .request.object.spec.containers = [range($count) | {
            name: "c\(.)",
            image: "registry.example.com/team-\(. * 89 + if . % 3 == 0 then 1000000 else 0 end)/app:\(.).0"
        }]' "$small"
}
