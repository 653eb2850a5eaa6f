# The real peers of the demo; sourced by run. Uses $work, $here and $binary; remembers in $started what has to be ended.

# A port of 127.0.0.1 that the system found free. Perl's core modules are part of every Debian.
free_port() {
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1:0", Listen => 1)->sockport'
}

# Starts a command in the background and waits until its log holds a line that says it is ready.
# Returns 1 if it ended before that.
start() { # LOG PATTERN COMMAND...
    local log=$1 pattern=$2 tries
    shift 2
    : >"$log"
    "$@" >>"$log" 2>&1 </dev/null &
    local id=$!
    disown "$id" # so that bash does not report its end
    for ((tries = 0; tries < 1000; tries++)); do
        if grep -q -- "$pattern" "$log"; then
            started+=("$id")
            return 0
        fi
        kill -0 "$id" 2>/dev/null || break
        sleep 0.02
    done
    kill "$id" 2>/dev/null || true
    return 1
}

# Ends what was started: asked first, then killed after three seconds.
end_started() {
    local id tries
    for id in "${started[@]}"; do
        kill "$id" 2>/dev/null || continue
        for ((tries = 0; tries < 150; tries++)); do
            kill -0 "$id" 2>/dev/null || continue 2
            sleep 0.02
        done
        kill -KILL "$id" 2>/dev/null || true
    done
}

# Neither server can choose a port by itself and say which, so somebody may take it in between: try again then.
start_on_free_port() { # NAME LOG PATTERN FUNCTION: FUNCTION gets a port, writes the configuration, prints the command
    local name=$1 log=$2 pattern=$3 prepare=$4 tries
    for tries in 1 2 3 4 5; do
        port=$(free_port)
        local command=()
        mapfile -t command < <("$prepare" "$port")
        if start "$log" "$pattern" "${command[@]}"; then return 0; fi
        grep -qi "address already in use" "$log" || break
    done
    echo "$name did not start:" >&2
    tail -n 20 "$log" >&2
    exit 1
}

start_registry() {
    start_on_free_port docker-registry "$work/registry.log" "listening on " prepare_registry
    registry=127.0.0.1:$port
}

prepare_registry() { # PORT
    cat >"$work/registry.yml" <<YAML
version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/registry}}
http:
  addr: 127.0.0.1:$1
  tls: {certificate: $work/peers/tls.crt, key: $work/peers/tls.key}
YAML
    printf '%s\n' docker-registry serve "$work/registry.yml"
}

start_store() {
    mkdir -p "$work/www/sigs"
    start_on_free_port nginx "$work/nginx.log" "start worker process\|using the \"" prepare_store
    store=https://127.0.0.1:$port/sigs
}

# One process in the foreground, all of its files in a folder of its own: the system's nginx is not involved.
prepare_store() { # PORT
    cat >"$work/nginx.conf" <<NGINX
daemon off;
master_process off;
pid $work/nginx.pid;
error_log stderr notice;
events {}
http {
    access_log off;
    client_body_temp_path $work/nginx-body;
    proxy_temp_path $work/nginx-proxy;
    fastcgi_temp_path $work/nginx-fastcgi;
    uwsgi_temp_path $work/nginx-uwsgi;
    scgi_temp_path $work/nginx-scgi;
    server {
        listen 127.0.0.1:$1 ssl;
        ssl_certificate $work/peers/tls.crt;
        ssl_certificate_key $work/peers/tls.key;
        root $work/www;
    }
}
NGINX
    printf '%s\n' nginx -e stderr -p "$work" -c "$work/nginx.conf"
}

make_keys() {
    mkdir -m 700 "$GNUPGHOME"
    alice=$(make_key alice)
    mallory=$(make_key mallory)
}

make_key() { # NAME [ALGORITHM] -> fingerprint
    gpg --batch --quiet --pinentry-mode loopback --passphrase '' --status-fd 1 \
        --quick-generate-key "$1 <$1@demo.test>" "${2:-rsa3072}" sign 0 2>"$work/gpg.log" |
        awk '/KEY_CREATED/ { print $4 }'
}

# skopeo writes signatures into the folder behind the store's URL, and trusts the peers' authority.
run_skopeo() {
    mkdir -p "$work/registries.d" "$work/trust"
    cp "$work/peers/ca.pem" "$work/trust/ca.crt"
    printf 'docker:\n  %s:\n    lookaside-staging: file://%s\n' "$registry" "$work/www/sigs" \
        >"$work/registries.d/demo.yaml"
    skopeo --registries.d "$work/registries.d" --insecure-policy "$@"
}

push() { # NAME:TAG TEXT [FINGERPRINT]
    local layout
    layout=$work/images/$(echo "$1" | tr '/:' '--')
    "$here/make-image" "$layout" "${1##*:}" "$2" >/dev/null
    run_skopeo copy --quiet --dest-cert-dir "$work/trust" ${3:+--sign-by "$3"} \
        "oci:$layout:${1##*:}" "docker://$registry/$1"
}

copy() { # FROM TO: another name for the same bytes, without a new signature
    run_skopeo copy --quiet --remove-signatures --src-cert-dir "$work/trust" --dest-cert-dir "$work/trust" \
        "docker://$registry/$1" "docker://$registry/$2"
}

# What sha256sum says of the bytes that the registry serves.
manifest_digest() { # NAME:TAG -> sha256:HEX
    local hex
    hex=$(curl --silent --show-error --fail --cacert "$work/peers/ca.pem" \
        --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
        "https://$registry/v2/${1%:*}/manifests/${1##*:}" | sha256sum | cut -d' ' -f1)
    echo "sha256:$hex"
}

write_policies() {
    mkdir "$work/policies"
    cat >"$work/policies/policy.yaml" <<YAML
apiVersion: portieris.cloud.ibm.com/v1
kind: ClusterImagePolicy
metadata:
  name: demo
spec:
  repositories:
    - name: "*/demo/*"
      policy:
        simple:
          storeURL: $store
          requirements:
            - type: signedBy
              keySecret: alice
              keySecretNamespace: ostiary
YAML
    {
        printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: alice, namespace: ostiary}\nstringData:\n  key: |\n'
        gpg --batch --export --armor "$alice" | sed 's/^\(.\)/    \1/'
    } >"$work/policies/secret.yaml"
}

start_ostiary() {
    if ! start "$work/ostiary.log" "webhook listening" "$binary" serve \
        --listen 127.0.0.1:0 --health-listen 127.0.0.1:0 --drain 0 --log-format text \
        --tls-cert "$work/webhook/tls.crt" --tls-key "$work/webhook/tls.key" \
        --ca "$work/peers/ca.pem" --policies "$work/policies"; then
        echo "ostiary did not start" >&2
        exit 1
    fi
    webhook=$(sed -n '/webhook listening/s/.*address[=": ]*\(127\.0\.0\.1:[0-9]*\).*/\1/p' "$work/ostiary.log" | head -n 1)
    [ -n "$webhook" ] || { echo "ostiary's log does not say where it listens" >&2; exit 1; }
}
