/// What the signature store's server does beside serving signatures: it plays stores and registries that are broken.
///
/// As a registry it is `127.0.0.1:PORT` of the store: `/v2/faulty/limited/app/` is then the repository
/// `faulty/limited/app`.
enum FaultyPeers {
    static let manifest = #"{"schemaVersion":2,"mediaType":"\#(manifestType)","config":{},"layers":[]}"#
    private static let manifestType = "application/vnd.oci.image.manifest.v1+json"

    static let rules = """
        location /broken/ { return 500 "the disk is full"; }
        location /secretive/ { return 403; }
        location /private/ {
            if ($http_authorization != "Basic \(Planted.storeAuthorization)") { return 401; }
            rewrite ^/private/(.*)$ /sigs/$1 break;
        }
        location /v2/faulty/limited/ { add_header Retry-After 3600 always; return 429; }
        location /v2/faulty/failing/ { return 500 '{"errors":[{"code":"UNKNOWN","message":"the disk is full"}]}'; }
        location /v2/faulty/lying/ { default_type \(manifestType); return 200 '\(manifest)'; }
        location /v2/faulty/page/ { default_type text/html; return 200 '<html>Please sign in</html>'; }
        location /v2/faulty/looping/ { return 302 $scheme://$http_host$request_uri; }
        location /v2/faulty/leaving/ { return 302 http://$http_host$request_uri; }
        location /v2/faulty/negotiating/ { add_header WWW-Authenticate Negotiate always; return 401; }
        location /v2/faulty/prying/ { return 307 https://169.254.169.254/latest/meta-data/; }
        location /v2/faulty/prying-token/ {
            add_header WWW-Authenticate 'Bearer realm="https://[::ffff:a9fe:a9fe]/latest/",service="tests"' always;
            return 401;
        }
        location /v2/faulty/tokens/ {
            default_type \(manifestType);
            if ($http_authorization = "Bearer \(Planted.token)") {
                return 200 '\(manifest)';
            }
            add_header WWW-Authenticate 'Bearer realm="https://$http_host/token",service="tests"' always;
            return 401;
        }
        location /token { default_type application/json; return 200 '{"access_token":"\(Planted.token)"}'; }
        location /v2/faulty/echoing/ {
            if ($http_authorization) {
                return 500 "you sent $http_authorization";
            }
            add_header WWW-Authenticate 'Basic realm="tests"' always;
            return 401;
        }
        """
}
