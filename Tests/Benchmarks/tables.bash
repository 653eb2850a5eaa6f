# What the figures come to; sourced by run. Reads $work/results.

# The median of a column, with its least and its greatest value.
statistics() { # FILE COLUMN -> "MEDIAN LEAST GREATEST"
    awk -v column="$2" '{ print $column }' "$work/results/$1" | sort -g | awk '{ value[NR] = $1 } END {
        middle = int((NR + 1) / 2)
        print (NR % 2 ? value[middle] : (value[middle] + value[middle + 1]) / 2), value[1], value[NR] }'
}

median() { # FILE COLUMN FORMAT
    statistics "$1" "$2" | awk -v format="$3" '{ printf format, $1 }'
}

median_and_range() { # FILE COLUMN FORMAT
    statistics "$1" "$2" | awk -v f="$3" '{ printf f " (" f " to " f ")", $1, $2, $3 }'
}

# Ostiary's figure by nginx's of the same round: the median, and the least and the greatest.
ratio() { # NAME COLUMN
    paste -d' ' "$work/results/$1.ostiary" "$work/results/$1.nginx" |
        awk -v column="$2" '{ print $column / $(column + 4) }' >"$work/results/ratio"
    median_and_range ratio 1 %.2f
}

print_tables() {
    cat "$work/machine.md"
    print_warm
    print_cold
    print_signatures
    print_memory
    print_entries
    print_changes
}

print_warm() {
    echo
    echo '**Warm reviews.** All images admitted by a policy, nothing to fetch. Beside each figure of Ostiary is nginx'"'"'s.'
    echo
    echo '| body, connections | requests/s | nginx | ratio (least to greatest) | p50 µs | nginx | ratio | p99 µs | nginx | CPU µs a request | nginx | ratio |'
    echo '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|'
    local connections
    for connections in 1 25 200; do
        warm_row "2 KB, $connections" "warm-small-$connections"
        warm_row "5 KB, $connections" "warm-medium-$connections"
        warm_row "10 KB, $connections" "warm-large-$connections"
    done
    warm_row "5 KB, 25, a TLS connection for each" connect-25
    warm_row "5 KB, 25, decisions logged to a file" logged-medium-25
}

warm_row() { # LABEL NAME
    local column
    printf '| %s | %s | %s | %s ' "$1" "$(median "$2.ostiary" 1 %.0f)" "$(median "$2.nginx" 1 %.0f)" "$(ratio "$2" 1)"
    for column in 2 3 4; do
        printf '| %s | %s ' "$(median "$2.ostiary" "$column" %.0f)" "$(median "$2.nginx" "$column" %.0f)"
        [ "$column" -eq 3 ] || printf '| %s ' "$(ratio "$2" "$column" | cut -d' ' -f1)"
    done
    echo '|'
}

print_cold() {
    echo
    echo '**Signed images.** docker-registry and a signature store over TLS, RSA-3072 signatures by gpg. What is not under load shares both cores: Ostiary, registry, store and client.'
    echo
    echo '| review of | median (least to greatest) |'
    echo '|---|--:|'
    echo "| one image never seen, the first review of the process | $(median_and_range cold-first 1 %.1f) ms |"
    echo "| one image never seen | $(median_and_range cold-one 1 %.1f) ms |"
    echo "| a pod with eight images never seen | $(median_and_range cold-eight 1 %.1f) ms |"
    echo "| (the registry alone: one manifest, asked by wrk on an open connection) | $(median_and_range registry-one 1 %.1f) ms |"
    echo "| (the registry alone: eight manifests at once, on eight open connections) | $(median_and_range registry-eight 1 %.1f) ms |"
    echo "| questions to registry and store for a review of one signed image | $(cat "$work/results/questions-cold"), and $(cat "$work/results/questions-warm") for each that follows |"
    echo "| the same image again and again, 25 connections | $(median_and_range signed-25 1 %.0f) a second, p99 $(median signed-25 3 %.0f) µs, $(median signed-25 4 %.0f) µs of CPU each |"
}

print_signatures() {
    local kind
    echo
    echo '**Signatures**, without network: a stored signature read and verified, and a ring of one key read, as it is once for each change of a Secret. Medians of 1000.'
    echo
    echo '| key | CPU µs a signature | OpenSSL'"'"'s own part (`openssl speed`) | CPU µs a ring |'
    echo '|---|--:|--:|--:|'
    for kind in "${kinds[@]%:*}"; do
        awk -v kind="$kind" -v own="$(cat "$work/results/openssl-$kind")" \
            '{ printf "| %s | %d | %.0f | %d |\n", kind, $2, own, $1 }' "$work/results/verify-$kind"
    done
}

print_memory() {
    echo
    echo '**Memory**, resident; in brackets without the pages of the program and its libraries.'
    echo
    echo '| when | MB |'
    echo '|---|--:|'
    memory_row "idle, after the first reviews" memory-idle
    memory_row "after 100,000 reviews on 25 connections" memory-used
    memory_row "after as many more, on 200 connections" memory-crowded
    memory_row "with what is remembered of $remembered signed images" memory-facts
    memory_row "idle, 10,000 policy entries" memory-10000
}

memory_row() { # LABEL RESULT
    awk -v label="$1" '{ printf "| %s | %.1f (%.1f) |\n", label, $1 * 1024 / 1e6, $2 * 1024 / 1e6 }' "$work/results/$2"
}

print_entries() {
    local count cost
    echo
    echo "**Policy entries.** A pod with $images_of_large_pod images; the cost of a look-up is what a review takes more than with 10 entries, by image."
    echo
    echo '| entries | CPU µs a review (least to greatest) | look-up, more than with 10 | CPU ms until ready |'
    echo '|--:|--:|--:|--:|'
    for count in "${counts[@]}"; do
        cost=$(awk -v a="$(median "entries-$count" 4 %f)" -v b="$(median entries-10 4 %f)" -v n="$images_of_large_pod" \
            'BEGIN { printf "%.2f", (a - b) / n }')
        echo "| $count | $(median_and_range "entries-$count" 4 %.0f) | $cost µs | $(awk '{ print $1 * 10 }' "$work/results/start-$count") |"
    done
}

print_changes() {
    echo
    echo "**Policies of a cluster.** $changing_entries entries in $changing_objects objects, watched over TLS; at rest, and while $changes of the objects change each second. 5 KB bodies."
    echo
    echo '| | at rest | changing | ratio (least to greatest) |'
    echo '|---|--:|--:|--:|'
    changes_row "CPU ms a second, without reviews" changes-alone 1 %.1f
    changes_row "requests/s, 25 connections" changes-25 1 %.0f
    changes_row "p50 µs, 25 connections" changes-25 2 %.0f
    changes_row "p99 µs, 25 connections" changes-25 3 %.0f
    changes_row "CPU µs a request, with that of the changes" changes-25 4 %.0f
    changes_row "p50 µs, 1 connection" changes-1 2 %.0f
    changes_row "p99 µs, 1 connection" changes-1 3 %.0f
    changes_row "resident memory, MB" changes-memory 1 %.1f
    echo
    echo "Until all policies had come: $(cat "$work/results/changes-start") ms of CPU. Changes sent in a second: $(median_and_range changes-sent 1 %.0f)."
}

changes_row() { # LABEL NAME COLUMN FORMAT
    paste -d' ' <(cut -d' ' -f"$3" "$work/results/$2.changing") <(cut -d' ' -f"$3" "$work/results/$2.rest") |
        awk '$2 > 0 { print $1 / $2 }' >"$work/results/ratio"
    local ratio=-
    [ ! -s "$work/results/ratio" ] || ratio=$(median_and_range ratio 1 %.2f)
    echo "| $1 | $(median "$2.rest" "$3" "$4") | $(median "$2.changing" "$3" "$4") | $ratio |"
}

describe_machine() {
    local commit load
    commit=$(git -C "$top" describe --always --dirty=+ 2>/dev/null || echo unknown)
    load=$(cut -d' ' -f1 /proc/loadavg)
    echo "$(date -u +%Y-%m-%d), commit $commit, $("$binary" version | head -n 1 | tr -d '\n')."
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc --all) cores, Linux $(uname -r),"
    echo "$(. /etc/os-release && echo "$PRETTY_NAME"). $(swift --version 2>/dev/null | grep -o 'Swift version [0-9.]*' | head -n 1),"
    echo "$(openssl version | cut -d' ' -f1,2), $(nginx -v 2>&1 | sed 's/.*: //'), wrk $(wrk -v 2>&1 | sed -n 's/^wrk [^0-9]*\([0-9.]*\).*/\1/p' | head -n 1),"
    echo "$(docker-registry --version | awk '{ print "docker-registry", $NF }')."
    echo "Medians of $rounds rounds of $seconds s. Load of the machine when it began: $load."
}

# Between the two marks of the document stand the last tables.
keep_tables() { # TABLES DOCUMENT
    awk -v tables="$1" '
        /^<!-- make bench: end -->/ { inside = 0 }
        !inside { print }
        /^<!-- make bench: begin/ { inside = 1; print ""; while ((getline line < tables) > 0) print line; print "" }
    ' "$2" >"$work/document.md"
    cp "$work/document.md" "$2"
}
