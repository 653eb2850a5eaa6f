# The servers that are measured; sourced by run. Each is pinned to $server_core; run itself and all else to $load_core.

check_tools() {
    local tool
    for tool in taskset wrk nginx curl jq gpg docker-registry openssl perl; do
        command -v "$tool" >/dev/null || { echo "$tool is missing: make deps, or apt-get install wrk" >&2; exit 1; }
    done
}

# The first two cores that this process may use, unless BENCH_CORES="SERVER LOAD" names them.
choose_cores() {
    local cores
    cores=${BENCH_CORES:-$(taskset -pc $$ | sed 's/.*: //' | tr ',' '\n' |
        awk -F- '{ for (core = $1; core <= $NF; core++) print core }' | head -n 2 | xargs)}
    read -r server_core load_core <<<"$cores"
    [ -n "${load_core:-}" ] || { echo "two cores are needed: one for the server, one for the load" >&2; exit 1; }
    use_load_core
}

# Where this script runs, and what it starts.
use_load_core() { taskset -pc "$load_core" $$ >/dev/null; }
use_both_cores() { taskset -pc "$server_core,$load_core" $$ >/dev/null; }

# Starts an ostiary that logs errors only, unless told otherwise; sets $webhook, $pages and $server. It runs on the server's
# core, or on those that $webhook_cores names.
start_webhook() { # NAME POLICIES [LEVEL]: POLICIES: a folder, or a kubeconfig
    local log=$work/$1.log tries port health source=--policies
    [[ $2 != *.kubeconfig ]] || source=--kubeconfig
    for tries in 1 2 3 4 5; do
        port=$(free_port) health=$(free_port)
        taskset -c "${webhook_cores:-$server_core}" "$binary" serve --listen "127.0.0.1:$port" --health-listen "127.0.0.1:$health" \
            --tls-cert "$work/webhook/tls.crt" --tls-key "$work/webhook/tls.key" --ca "$work/peers/ca.pem" \
            "$source" "$2" --own-namespace ostiary --drain 0 --log-format json --log-level "${3:-error}" \
            >"$log" 2>&1 </dev/null &
        server=$!
        disown "$server"
        started+=("$server")
        if wait_until_ready "http://127.0.0.1:$health/readyz"; then
            webhook=127.0.0.1:$port pages=http://127.0.0.1:$health
            return
        fi
        grep -qi "in use" "$log" || break # somebody took the port in between
    done
    echo "ostiary did not start" >&2
    exit 1
}

wait_until_ready() { # URL: false when the server ended or took more than 20 s
    local tries
    for ((tries = 0; tries < 400; tries++)); do
        if curl --silent --fail --max-time 2 --output /dev/null "$1"; then return 0; fi
        kill -0 "$server" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

# nginx in one process with $reply as its answer to everything; sets $nginx_address and $nginx.
start_nginx() {
    start_on_free_port nginx "$work/bench-nginx.log" "using the \"" prepare_nginx
    nginx_address=127.0.0.1:$port
    nginx=${started[-1]}
}

# The same TLS as Ostiary: no session is resumed, as the API server asks for none.
prepare_nginx() { # PORT
    cat >"$work/bench-nginx.conf" <<NGINX
daemon off;
master_process off;
pid $work/bench-nginx.pid;
error_log stderr notice;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 120;
    client_body_buffer_size 64k;
    client_body_temp_path $work/nginx-body;
    proxy_temp_path $work/nginx-proxy;
    fastcgi_temp_path $work/nginx-fastcgi;
    uwsgi_temp_path $work/nginx-uwsgi;
    scgi_temp_path $work/nginx-scgi;
    server {
        listen 127.0.0.1:$1 ssl backlog=4096;
        ssl_certificate $work/webhook/tls.crt;
        ssl_certificate_key $work/webhook/tls.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache off;
        ssl_session_tickets off;
        location / {
            default_type application/json;
            return 200 '$reply';
        }
    }
}
NGINX
    printf '%s\n' taskset -c "$server_core" nginx -e stderr -p "$work" -c "$work/bench-nginx.conf"
}

# Ends one server before the others.
end_server() { # ID
    kill "$1" 2>/dev/null || return 0
    local tries
    for ((tries = 0; tries < 150; tries++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.02
    done
    kill -KILL "$1" 2>/dev/null || true
}

# All threads' time on a processor, in the kernel's ticks.
ticks() { # ID
    awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

resident() { # ID -> "TOTAL ANONYMOUS" in KiB
    awk '/^VmRSS/ { total = $2 } /^RssAnon/ { anonymous = $2 } END { print total, anonymous }' "/proc/$1/status"
}
