# Reviews of images that were never seen before; sourced by run. Times are those of the answer on an open connection: from
# the end of the TLS handshake to the first byte of the answer.

repository=demo/bench

measure_cold_reviews() {
    local round number webhook_cores=$server_core,$load_core
    write_policies
    step "cold reviews: signing $((rounds * (cold_images + cold_images * 8))) images"
    put_blobs
    for ((number = 0; number < rounds * cold_images * 9; number++)); do sign_image "$number"; done
    number=0
    use_both_cores
    for ((round = 0; round < rounds; round++)); do
        step "cold reviews: round $((round + 1))"
        start_webhook "cold$round" "$work/policies"
        review_cold 1 "$number" cold-first # opens the connections to the registry and to the store
        for ((number++; number < (round * 9 + 1) * cold_images; number++)); do review_cold 1 "$number" cold-one; done
        for (( ; number < (round + 1) * 9 * cold_images; number += 8)); do review_cold 8 "$number" cold-eight; done
        end_server "$server"
    done
    measure_registry
    use_load_core
    webhook_cores=$server_core measure_signed_image
}

# What the registry takes by itself: a manifest, asked for by the load tool on open connections, alone and eight at once.
measure_registry() {
    local round
    step "the registry alone"
    for ((round = 0; round < rounds; round++)); do
        ask_registry 1 registry-one
        ask_registry 8 registry-eight
    done
}

ask_registry() { # CONNECTIONS RESULT: milliseconds
    wrk --threads 1 --connections "$1" --duration "${seconds}s" --timeout 10s --latency \
        --header 'Accept: application/vnd.oci.image.manifest.v1+json' "https://$registry/v2/$repository/manifests/t0" |
        awk '$1 == "50%" { print $2 ~ /us$/ ? $2 / 1000 : $2 ~ /ms$/ ? $2 + 0 : $2 * 1000 }' >>"$work/results/$2"
}

# The same image again and again, at full load.
measure_signed_image() {
    step "one signed image again and again"
    start_webhook signed "$work/policies"
    pod "$repository:t0"
    cp "$work/review.json" "$work/signed.json"
    ask "$work/signed.json" >/dev/null
    local round
    for ((round = 0; round < rounds; round++)); do
        load signed-25 "$server" "$webhook" "$work/signed.json" 25
    done
    end_server "$server"
}

review_cold() { # COUNT FIRST RESULT
    local names=() number milliseconds
    for ((number = $2; number < $2 + $1; number++)); do names+=("$repository:t$number"); done
    pod "${names[@]}"
    milliseconds=$(curl --silent --show-error --max-time 15 --cacert "$work/webhook/ca.pem" \
        --header 'Content-Type: application/json' --data-binary "@$work/review.json" --output "$work/answer.json" \
        --write-out '%{time_starttransfer} %{time_appconnect}' "https://$webhook/admit?timeout=10s" |
        awk '{ print ($1 - $2) * 1000 }')
    [ "$(decide)" = admitted ] && [ "$(patch | jq length)" -eq "$1" ] ||
        { echo "a signed image was not admitted and pinned: $(cat "$work/answer.json")" >&2; exit 1; }
    echo "$milliseconds" >>"$work/results/$3"
}

# The configuration and the layer that all images share.
put_blobs() {
    printf '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}' >"$work/config.json"
    head -c 4096 /dev/zero | gzip --no-name >"$work/layer.tar.gz"
    config=$(put_blob "$work/config.json") layer=$(put_blob "$work/layer.tar.gz")
}

put_blob() { # FILE -> its descriptor without the media type
    local digest place mark
    digest=sha256:$(sha256sum "$1" | cut -d' ' -f1)
    place=$(registry_call --request POST --output /dev/null --write-out '%header{location}' \
        "https://$registry/v2/$repository/blobs/uploads/")
    case $place in *\?*) mark='&' ;; *) mark='?' ;; esac
    registry_call --request PUT --header 'Content-Type: application/octet-stream' --data-binary "@$1" \
        --output /dev/null "$place${mark}digest=$digest"
    printf '"digest":"%s","size":%d' "$digest" "$(stat -c %s "$1")"
}

registry_call() { curl --silent --show-error --fail --cacert "$work/peers/ca.pem" "$@"; }

# Pushes an image that differs from the others by an annotation, and signs it as skopeo does: a message of gpg in the
# folder of its digest.
sign_image() { # NUMBER
    local type=application/vnd.oci.image.manifest.v1+json hex folder
    printf '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s",%s},"layers":[{"mediaType":"%s",%s}],"annotations":{"number":"%d"}}' \
        "$type" application/vnd.oci.image.config.v1+json "$config" \
        application/vnd.oci.image.layer.v1.tar+gzip "$layer" "$1" >"$work/manifest.json"
    registry_call --request PUT --header "Content-Type: $type" --data-binary "@$work/manifest.json" \
        "https://$registry/v2/$repository/manifests/t$1"
    hex=$(sha256sum "$work/manifest.json" | cut -d' ' -f1)
    folder=$work/www/sigs/$repository@sha256=$hex
    mkdir -p "$folder"
    printf '{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"sha256:%s"},"identity":{"docker-reference":"%s"}},"optional":{}}' \
        "$hex" "$registry/$repository:t$1" |
        gpg --batch --quiet --local-user "$alice" --output "$folder/signature-1" --sign
}
