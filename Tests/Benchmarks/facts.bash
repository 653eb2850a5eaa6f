# What is asked of registries and stores, and what it costs to remember much of what they say; sourced by run.

remembered=${BENCH_FACTS:-100000}
images_of_fact_pod=500

# nginx with a line of its log for each question: in front of the registry and the store, and under /v2/many/ a registry
# with an image for each tag, all with the same signature beside them.
start_counter() {
    start_on_free_port nginx "$work/counter.log" "using the \"" prepare_counter
    counter=127.0.0.1:$port
}

prepare_counter() { # PORT
    cat >"$work/counter.conf" <<NGINX
daemon off;
master_process off;
pid $work/counter.pid;
error_log stderr notice;
events { worker_connections 4096; }
http {
    access_log $work/questions.log;
    keepalive_requests 1000000000;
    client_body_temp_path $work/counter-body;
    proxy_temp_path $work/counter-proxy;
    fastcgi_temp_path $work/counter-fastcgi;
    uwsgi_temp_path $work/counter-uwsgi;
    scgi_temp_path $work/counter-scgi;
    server {
        listen 127.0.0.1:$1 ssl backlog=4096;
        ssl_certificate $work/peers/tls.crt;
        ssl_certificate_key $work/peers/tls.key;
        location /v2/ { proxy_pass https://$registry; }
        location /sigs/ { proxy_pass ${store%/sigs}; }
        location /v2/many/ {
            access_log off;
            default_type application/vnd.oci.image.manifest.v1+json;
            return 200 '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[],"annotations":{"name":"\$uri"}}';
        }
        location /sigs/many/ { access_log off; return 404; }
        location ~ ^/sigs/many/.*/signature-1$ { access_log off; alias $work/many.signature; }
    }
}
NGINX
    printf '%s\n' nginx -e stderr -p "$work" -c "$work/counter.conf"
}

measure_facts() {
    local identity entry
    step "questions and facts"
    start_counter
    identity="{type: matchExactRepository, dockerRepository: $registry/$repository}"
    entry="simple: {storeURL: \"https://$counter/sigs\", requirements: [{type: signedBy, keySecret: alice, keySecretNamespace: ostiary, signedIdentity: $identity}]}"
    mkdir -p "$work/facts"
    policy_file "$work/facts/policy.yaml" "{name: \"$counter/*\", policy: {$entry}}"
    cp "$work/policies/secret.yaml" "$work/facts/"
    OSTIARY_FACT_MEMORY=4096 start_webhook facts "$work/facts"
    count_questions
    remember_many
    end_server "$server"
}

# The questions that one review asks, and the next one of the same image, and one by its digest.
count_questions() {
    local image=$counter/$repository:t0 pinned
    : >"$work/questions.log"
    ask_about "$image"
    sleep 0.2 # nginx writes a line after it has answered
    wc -l <"$work/questions.log" >"$work/results/questions-cold"
    pinned=$(patch | jq -r '.[0].value')
    ask_about "$image"
    ask_about "$pinned"
    sleep 0.2
    awk -v cold="$(cat "$work/results/questions-cold")" 'END { print (NR - cold) / 2 }' "$work/questions.log" \
        >"$work/results/questions-warm"
    [ "$(decide)" = admitted ] || { echo "not admitted: $(cat "$work/answer.json")" >&2; exit 1; }
}

# Reviews of many images. All are refused, since the signature is of another one; that it is there is remembered.
remember_many() {
    local first names number
    printf '{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"sha256:%064d"},"identity":{"docker-reference":"%s"}},"optional":{}}' \
        0 "$registry/$repository:t0" | gpg --batch --quiet --local-user "$alice" --output "$work/many.signature" --sign
    resident "$server" >"$work/results/memory-facts-before"
    for ((first = 0; first < remembered; first += images_of_fact_pod)); do
        names=()
        for ((number = first; number < first + images_of_fact_pod; number++)); do names+=("$counter/many/app:t$number"); done
        ask_about "${names[@]}"
        [ "$(decide)" = refused ] || { echo "not refused: $(head -c 500 "$work/answer.json")" >&2; exit 1; }
    done
    resident "$server" >"$work/results/memory-facts"
}

ask_about() { # IMAGE...
    review Pod "" v1 pods "$(printf '%s\n' "$@" | jq --raw-input --slurp \
        '{metadata: {name: "demo"}, spec: {containers: (split("\n") | map(select(. != "")) | to_entries
            | map({name: "c\(.key)", image: .value}))}}')"
    curl --silent --show-error --max-time 30 --cacert "$work/webhook/ca.pem" --header 'Content-Type: application/json' \
        --data-binary "@$work/review.json" --output "$work/answer.json" "https://$webhook/admit?timeout=30s"
}
