// swift-tools-version: 6.2
// The layers of the house: a target may depend only on targets above it in this list.
// `swift build --explicit-target-dependency-import-check error` (see `make lint`) holds every import to it.

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// Tests read fixtures and start real programs through Foundation, whose imports are not annotated for memory safety.
let testing: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// One layer of the house.
func layer(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one layer, with what they need beside it.
func tests(_ name: String, uses dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["Support"], resources: resources, swiftSettings: testing)
}

/// The program that hands the cases to libFuzzer. It can only be linked with `-sanitize=fuzzer`; see `Tests/Fuzz/run`.
let fuzzer: [Target] =
    Context.environment["OSTIARY_FUZZ"] == nil
    ? []
    : [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        .executableTarget(
            name: "Fuzz", dependencies: ["CFuzzer", "FuzzCases"], path: "Tests/Fuzz/Driver", swiftSettings: testing),
    ]

/// The program that `make bench` measures signatures with.
let meter: [Target] =
    Context.environment["OSTIARY_BENCH"] == nil
    ? []
    : [
        .executableTarget(
            name: "VerificationMeter", dependencies: ["Primitives", "OpenPGP"], path: "Tests/Benchmarks/Meter",
            swiftSettings: testing)
    ]

let package = Package(
    name: "ostiary",
    products: [.executable(name: "ostiary", targets: ["ostiary"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // 0: the edge to C
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinux"),
        // 1
        layer("Primitives", uses: ["CZlib"]),
        // 2
        layer("Cryptography", uses: ["COpenSSL", "Primitives"]),
        // 3
        layer("Transport", uses: ["CLinux", "COpenSSL", "Primitives", "Cryptography"]),
        layer("OpenPGP", uses: ["Primitives", "Cryptography"]),
        // 4
        layer("HTTP", uses: ["Primitives", "Cryptography", "Transport"]),
        // 5
        layer("Kubernetes", uses: ["Primitives"]),
        layer("Registry", uses: ["Primitives", "Cryptography", "Transport", "HTTP"]),
        // 6
        layer("Policies", uses: ["Primitives", "HTTP", "Kubernetes", "Registry"]),
        // 7
        layer(
            "Cluster",
            uses: ["Primitives", "Cryptography", "Transport", "HTTP", "Kubernetes", "Policies"]),
        layer("Verification", uses: ["Primitives", "Cryptography", "OpenPGP", "HTTP", "Registry", "Policies"]),
        // 8
        layer("Admission", uses: ["Primitives", "HTTP", "Kubernetes", "Registry", "Policies", "Verification"]),
        // 9
        layer(
            "Manifests",
            uses: [
                "Primitives", "Transport", "HTTP", "Kubernetes", "Registry", "Policies",
                .product(name: "Yams", package: "Yams"),
            ]),
        // 10
        .executableTarget(
            name: "ostiary",
            dependencies: [
                "Primitives", "Cryptography", "Transport", "OpenPGP", "HTTP", "Kubernetes", "Registry", "Policies",
                "Cluster", "Verification", "Admission", "Manifests",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),

        .target(
            name: "Support", dependencies: ["Primitives", "Cryptography", "Transport", "HTTP"], path: "Tests/Support",
            swiftSettings: testing),
        tests("Primitives", uses: ["Primitives"]),
        tests("Cryptography", uses: ["Primitives", "Cryptography"]),
        tests("Transport", uses: ["Primitives", "Cryptography", "Transport"]),
        tests("OpenPGP", uses: ["Primitives", "Cryptography", "OpenPGP"]),
        tests("HTTP", uses: ["Primitives", "Cryptography", "Transport", "HTTP"]),
        tests("Kubernetes", uses: ["Primitives", "Kubernetes"], resources: [.copy("Fixtures")]),
        tests("Registry", uses: ["Primitives", "Cryptography", "Transport", "HTTP", "Registry"]),
        tests("Policies", uses: ["Primitives", "HTTP", "Kubernetes", "Registry", "Policies"]),
        tests(
            "Cluster",
            uses: ["Primitives", "Cryptography", "Transport", "HTTP", "Kubernetes", "Policies", "Cluster"],
            resources: [.copy("Fixtures")]),
        tests(
            "Verification",
            uses: ["Primitives", "OpenPGP", "HTTP", "Kubernetes", "Registry", "Policies", "Verification"]),
        tests(
            "Admission",
            uses: [
                "Primitives", "HTTP", "Kubernetes", "Registry", "Policies", "Verification", "Admission",
            ]),
        tests(
            "Manifests",
            uses: ["Primitives", "Transport", "HTTP", "Kubernetes", "Registry", "Policies", "Manifests"]),
        tests(
            "Ostiary",
            uses: ["Primitives", "Cryptography", "Transport", "HTTP", "Kubernetes", "Admission", "ostiary"]),

        // What `make fuzz` tries; the tests try the inputs that are kept.
        .target(
            name: "FuzzCases",
            dependencies: [
                "Primitives", "OpenPGP", "HTTP", "Kubernetes", "Registry", "Policies", "Cluster", "Verification",
                "Manifests",
            ],
            path: "Tests/Fuzz/Cases", swiftSettings: testing),
        tests("Fuzz", uses: ["FuzzCases"]),
    ] + fuzzer + meter,
    swiftLanguageModes: [.v6]
)
