# What it costs to verify one signature, by the kind of its key, in the program's own code without network; sourced by run.

# As gpg names them, and as `openssl speed` does.
kinds=(rsa3072:rsa3072 rsa4096:rsa4096 nistp256:ecdsap256 ed25519:ed25519)

measure_signatures() {
    local kind key folder=$work/kinds
    mkdir -p "$folder"
    for kind in "${kinds[@]}"; do
        step "verifying: ${kind%:*}"
        key=$(make_key "${kind%:*}" "${kind%:*}")
        gpg --batch --quiet --export "$key" >"$folder/ring"
        statement "$registry/$repository:t0" |
            gpg --batch --quiet --yes --local-user "$key" --output "$folder/message" --sign
        taskset -c "$server_core" "$meter" "$folder/ring" "$folder/message" >"$work/results/verify-${kind%:*}"
        # +F2:number:bits:signatures a second:verifications a second
        taskset -c "$server_core" openssl speed -mr -seconds 1 "${kind#*:}" 2>/dev/null |
            awk -F: '/^\+F[0-9]/ { print 1e6 / $NF }' >"$work/results/openssl-${kind%:*}"
    done
}

# A payload as skopeo writes it.
statement() { # REFERENCE
    printf '{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"sha256:%064d"},"identity":{"docker-reference":"%s"}},"optional":{"creator":"bench","timestamp":1790000000}}' \
        0 "$1"
}
