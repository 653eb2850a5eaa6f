# Measurements under load; sourced by run. Each adds a line to a file of $work/results: requests a second, the median and
# the 99th percentile of the latency in µs, and µs of processor a request.

small=$fixtures/01-pods-create.json medium=$fixtures/03-pods-create.json large=$fixtures/15-pods-update.json
# Only the speed counts here, so everything is admitted and nothing has to be fetched.
allow_all='{name: "*", policy: {}}'

policy_file() { # FILE ENTRIES: writes a cluster policy
    mkdir -p "$(dirname "$1")"
    printf '%s\n' 'apiVersion: portieris.cloud.ibm.com/v1' 'kind: ClusterImagePolicy' 'metadata: {name: bench}' \
        'spec:' '  repositories:' >"$1"
    sed 's/^/    - /' <<<"$2" >>"$1"
}

# Asks once and makes sure that the answer is a real one, so that no refusal is measured.
ask() { # BODY -> the answer
    local answer
    answer=$(curl --silent --show-error --fail --max-time 15 --cacert "$work/webhook/ca.pem" \
        --header 'Content-Type: application/json' --data-binary "@$1" "https://$webhook/admit?timeout=10s")
    jq -e '.response.allowed' >/dev/null <<<"$answer" || { echo "not admitted: $1: $answer" >&2; exit 1; }
    echo "$answer"
}

load() { # RESULT ID ADDRESS BODY CONNECTIONS [close]
    local before after line requests rate median tail
    before=$(ticks "$2")
    line=$(BENCH_BODY=$4 BENCH_CONNECTION=${6:-} wrk --threads 1 --connections "$5" --duration "${seconds}s" --timeout 10s \
        --latency --script "$benchmarks/review.lua" "https://$3/admit?timeout=10s" | grep '^bench ') ||
        { echo "wrk failed: $1" >&2; exit 1; }
    after=$(ticks "$2")
    read -r _ requests rate median tail <<<"$line"
    awk -v rate="$rate" -v median="$median" -v tail="$tail" -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" \
        -v requests="$requests" \
        'BEGIN { print rate, median, tail, ticks * 1e6 / hertz / requests }' >>"$work/results/$1"
    [ "$2" != "$server" ] || reviewed=$((reviewed + requests))
}

# Both in turn, so that whatever else the machine does meets both.
compare() { # NAME BODY CONNECTIONS [close]
    local round
    step "$1"
    for ((round = 0; round < rounds; round++)); do
        load "$1.nginx" "$nginx" "$nginx_address" "$2" "$3" "${4:-}"
        load "$1.ostiary" "$server" "$webhook" "$2" "$3" "${4:-}"
    done
}

compare_bodies() { # CONNECTIONS
    compare "warm-small-$1" "$small" "$1"
    compare "warm-medium-$1" "$medium" "$1"
    compare "warm-large-$1" "$large" "$1"
}

measure_warm_reviews() {
    local body
    policy_file "$work/allow/policy.yaml" "$allow_all"
    start_webhook allow "$work/allow"
    for body in "$small" "$medium" "$large"; do ask "$body" >/dev/null; done
    reply=$(ask "$medium")
    start_nginx
    resident "$server" >"$work/results/memory-idle"
    reviewed=0
    compare_bodies 1
    compare_bodies 25
    while [ "$reviewed" -lt 100000 ]; do load more "$server" "$webhook" "$medium" 25; done
    resident "$server" >"$work/results/memory-used"
    compare_bodies 200
    compare connect-25 "$medium" 25 close
    resident "$server" >"$work/results/memory-crowded"
    end_server "$server"
    start_webhook logging "$work/allow" info
    compare logged-medium-25 "$medium" 25
    end_server "$server"
}
