import Testing

@testable import Policies

@Suite struct ImageFormsTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)

    static let forms: [(image: String, forms: [String])] = [
        ("nginx", ["docker.io/library/nginx:latest", "library/nginx:latest", "nginx:latest"]),
        ("nginx:1", ["docker.io/library/nginx:1", "library/nginx:1", "nginx:1"]),
        ("index.docker.io/library/nginx:1", ["docker.io/library/nginx:1", "library/nginx:1", "nginx:1"]),
        ("acme/tool:1", ["docker.io/acme/tool:1", "acme/tool:1"]),
        ("docker.io/acme/tool", ["docker.io/acme/tool:latest", "acme/tool:latest"]),
        ("icr.io/ns/app", ["icr.io/ns/app:latest"]), ("icr.io:443/ns/app:v1", ["icr.io:443/ns/app:v1"]),
        ("icr.io/ns/app@\(digest)", ["icr.io/ns/app@\(digest)", "icr.io/ns/app"]),
        // A tag beside a digest stays: an entry for the tag does not speak of bytes that somebody chose.
        ("icr.io/ns/app:v1@\(digest)", ["icr.io/ns/app:v1@\(digest)"]),
        (
            "nginx@\(digest)",
            [
                "docker.io/library/nginx@\(digest)", "docker.io/library/nginx", "library/nginx@\(digest)",
                "library/nginx", "nginx@\(digest)", "nginx",
            ]
        ),
        // On Docker Hub, but their short names are those of other registries' images.
        ("docker.io/e.com/app:1", ["docker.io/e.com/app:1"]),
        ("docker.io/localhost/app:1", ["docker.io/localhost/app:1"]),
        ("docker.io/library/e.com/app:1", ["docker.io/library/e.com/app:1", "library/e.com/app:1"]),
        // No image at all.
        ("", []), ("Nginx", []), ("nginx:", []), ("a//b", []), ("nginx@sha256:aa", []), ("*", []),
        ("caf\u{E9}", []),
    ]

    @Test("An image has these names and no other", arguments: forms)
    func namesForms(image: String, forms: [String]) {
        #expect(ImageForms.forms(of: image) == forms)
    }
}
