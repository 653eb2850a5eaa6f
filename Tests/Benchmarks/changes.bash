# What it costs to follow the policies of a cluster while they change; sourced by run.

changes=${BENCH_CHANGES:-200} changing_objects=2000 changing_entries=10000

measure_changes() {
    local round before
    step "$changing_entries entries of an API server: starting"
    start_api_server
    start_webhook changes "$work/changes.kubeconfig"
    echo $(($(ticks "$server") * 1000 / $(getconf CLK_TCK))) >"$work/results/changes-start"
    for ((round = 0; round < rounds; round++)); do
        step "policies at rest and changing: round $((round + 1))"
        measure_watch rest
        before=$(wc -l <"$work/api-server.log")
        kill -USR1 "$api_server"
        measure_watch changing
        kill -USR2 "$api_server"
        note_changes "$before"
    done
    [ "$(policies_seen)" -eq "$changing_objects" ] || { echo "policies were lost: $(policies_seen)" >&2; exit 1; }
    end_server "$server"
}

measure_watch() { # STATE
    local before
    before=$(ticks "$server")
    sleep "$seconds"
    awk -v ticks=$(($(ticks "$server") - before)) -v hertz="$(getconf CLK_TCK)" -v seconds="$seconds" \
        'BEGIN { print ticks * 1000 / hertz / seconds }' >>"$work/results/changes-alone.$1"
    load "changes-1.$1" "$server" "$webhook" "$medium" 1
    load "changes-25.$1" "$server" "$webhook" "$medium" 25
    resident "$server" | awk '{ print $1 * 1024 / 1e6 }' >>"$work/results/changes-memory.$1"
}

# The API server says what it has sent when it stops; it must have kept up.
note_changes() { # LINES BEFORE
    local tries rate
    for ((tries = 0; tries < 100; tries++)); do
        [ "$(wc -l <"$work/api-server.log")" -eq "$1" ] || break
        sleep 0.02
    done
    rate=$(sed -n '$s/^\([0-9]*\) changes in \([0-9.]*\) s$/\1 \2/p' "$work/api-server.log" | awk '{ print $1 / $2 }')
    echo "$rate" >>"$work/results/changes-sent"
    awk -v sent="$rate" -v wanted="$changes" 'BEGIN { exit !(sent > 0.9 * wanted) }' ||
        { echo "the API server sent only ${rate:-0} changes a second" >&2; exit 1; }
}

policies_seen() {
    curl --silent --fail "$pages/metrics" | awk '/^ostiary_policies\{/ { count += $2 } END { print count }'
}

# The server itself speaks plain HTTP; nginx, which passes on what comes when it comes, does the TLS.
start_api_server() {
    local address
    start "$work/api-server.log" "listening on " "$benchmarks/api-server" "$changing_objects" \
        $((changing_entries / changing_objects)) "$changes" || { echo "the API server did not start" >&2; exit 1; }
    api_server=${started[-1]}
    address=$(sed -n 's/^listening on //p' "$work/api-server.log")
    start_on_free_port nginx "$work/api-proxy.log" "using the \"" prepare_api_proxy
    cat >"$work/changes.kubeconfig" <<KUBECONFIG
apiVersion: v1
kind: Config
current-context: bench
contexts: [{name: bench, context: {cluster: bench, user: bench}}]
clusters: [{name: bench, cluster: {server: "https://127.0.0.1:$port", certificate-authority: $work/peers/ca.pem}}]
users: [{name: bench, user: {token: bench}}]
KUBECONFIG
}

prepare_api_proxy() { # PORT
    cat >"$work/api-proxy.conf" <<NGINX
daemon off;
master_process off;
pid $work/api-proxy.pid;
error_log stderr notice;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path $work/api-body;
    proxy_temp_path $work/api-proxy;
    fastcgi_temp_path $work/api-fastcgi;
    uwsgi_temp_path $work/api-uwsgi;
    scgi_temp_path $work/api-scgi;
    server {
        listen 127.0.0.1:$1 ssl;
        ssl_certificate $work/peers/tls.crt;
        ssl_certificate_key $work/peers/tls.key;
        location / {
            proxy_pass http://$address;
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_read_timeout 1h;
        }
    }
}
NGINX
    printf '%s\n' nginx -e stderr -p "$work" -c "$work/api-proxy.conf"
}
