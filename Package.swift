// swift-tools-version: 6.1
import PackageDescription

/// Settings every target shares: imports say how far they reach, existentials are spelled out.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let inMemoryTracing = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// The arrows of docs/architecture.md: a target can only reach what is listed here, so a service cannot
// touch a process, convergence cannot parse HTTP, and the gateway knows nothing but the routing table.
let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .library(name: "DatabaseClient", targets: ["DatabaseClient"]),
        // Loaded by MariaDB servers, not by Martlet.
        .library(name: "AWSAuthenticationPlugin", type: .dynamic, targets: ["AWSAuthenticationPlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibPQ", path: "Sources/CLibPQ", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CMariaDB", path: "Sources/CMariaDB", pkgConfig: "libmariadb",
            providers: [.apt(["libmariadb-dev"]), .brew(["mariadb-connector-c"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .target(name: "CMartlet"),
        .target(name: "CMartletTLS", dependencies: ["COpenSSL"]),
        // Only what it uses is linked: a database server has no need of Swift's library. Flags that SwiftPM calls unsafe keep
        // this product, and no other, from packages that depend on a release of this one (scripts/examples looks).
        .target(
            name: "AWSAuthenticationPlugin",
            linkerSettings: [
                .unsafeFlags(["-nostartfiles", "-static-stdlib", "-no-toolchain-stdlib-rpath"], .when(platforms: [.linux]))
            ]),
        .target(name: "PrivateFiles", swiftSettings: strict),
        .target(name: "Volumes", dependencies: ["CMartlet", "PrivateFiles", crypto], swiftSettings: strict),
        .target(name: "AWSWire", dependencies: [crypto], swiftSettings: strict),
        .target(name: "Resources", dependencies: [grdb, logging], swiftSettings: strict),
        .target(name: "Cgroups", dependencies: ["Resources"], swiftSettings: strict),
        .target(name: "Routing", swiftSettings: strict),
        .target(name: "DatabaseURLs", swiftSettings: strict),
        // A statement crosses a dozen functions: each stays where its caller is, instead of asking where it should run.
        .target(
            name: "DatabaseClient",
            dependencies: [
                "AWSWire", "CLibPQ", "CMariaDB", "CMartlet", "DatabaseURLs", grdb, metrics, nioCore, nioHTTP1, nioPosix, nioSSL,
                sqlite, tracing,
            ], swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        // What `scripts/bench client` drives.
        .executableTarget(
            name: "database-client-load", dependencies: ["DatabaseClient"], path: "Benchmarks/client/load",
            swiftSettings: strict),
        .target(
            name: "Keys", dependencies: ["Resources", "PrivateFiles", crypto, cryptoExtras], swiftSettings: strict),
        .target(name: "Services", dependencies: ["AWSWire", "Resources", "Keys", logging, crypto], swiftSettings: strict),
        .target(
            name: "Engines",
            dependencies: [
                "Resources", "PrivateFiles", "Cgroups", "DatabaseURLs", "Volumes", "CLibPQ", "CMariaDB", "CMartlet", logging,
                crypto, cryptoExtras,
            ],
            swiftSettings: strict),
        .target(
            name: "Certificates", dependencies: ["Resources", "PrivateFiles", asn1, crypto, cryptoExtras, x509],
            swiftSettings: strict),
        .target(
            name: "Convergence",
            dependencies: [
                "Certificates", "Resources", "PrivateFiles", "Keys", "Cgroups", "Engines", "Routing", "Volumes", logging, crypto,
            ],
            swiftSettings: strict),
        .target(
            name: "Gateway", dependencies: ["Routing", "AWSWire", "CMartlet", "CMartletTLS", logging], swiftSettings: strict),
        .target(name: "Toolkit", dependencies: ["DatabaseURLs", "CLibPQ", "CMariaDB", sqlite], swiftSettings: strict),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "AWSWire", "Certificates", "Resources", "PrivateFiles", "Keys", "Routing", "Services", "Engines", "Convergence",
                "Gateway", "Toolkit", "DatabaseURLs", "Cgroups", "Volumes",
                argumentParser, crypto, hummingbird, hummingbirdTLS, lifecycle, logging, nioSSL, signals,
            ],
            swiftSettings: strict),
        .testTarget(name: "ToolkitTests", dependencies: ["Toolkit", "DatabaseURLs"], swiftSettings: strict),
        .testTarget(name: "MartletTests", dependencies: ["martlet", argumentParser, logging], swiftSettings: strict),
        .testTarget(name: "CgroupsTests", dependencies: ["Cgroups", "Resources"], swiftSettings: strict),
        .testTarget(name: "PrivateFilesTests", dependencies: ["PrivateFiles"], swiftSettings: strict),
        .testTarget(name: "VolumesTests", dependencies: ["Volumes", crypto], swiftSettings: strict),
        .testTarget(name: "AWSWireTests", dependencies: ["AWSWire", crypto], swiftSettings: strict),
        .testTarget(
            name: "CertificatesTests", dependencies: ["Certificates", "Resources", asn1, crypto, x509], swiftSettings: strict),
        .testTarget(name: "DatabaseURLsTests", dependencies: ["DatabaseURLs"], swiftSettings: strict),
        .testTarget(
            name: "DatabaseClientTests",
            dependencies: ["DatabaseClient", "AWSWire", inMemoryTracing, metrics, metricsTestKit, tracing],
            swiftSettings: strict),
        // What Tests/Integration/Scenarios/database_client.py drives.
        .executableTarget(
            name: "database-client-check", dependencies: ["DatabaseClient"], path: "Tests/DatabaseClientCheck",
            swiftSettings: strict),
        .testTarget(name: "ResourcesTests", dependencies: ["Resources", grdb], swiftSettings: strict),
        .testTarget(name: "KeysTests", dependencies: ["Keys", "Resources", crypto, grdb, logging], swiftSettings: strict),
        .testTarget(name: "ServicesTests", dependencies: ["Services", "Resources", "Keys", "AWSWire"], swiftSettings: strict),
        .testTarget(name: "EnginesTests", dependencies: ["Engines", "Resources", crypto, logging], swiftSettings: strict),
        .testTarget(
            name: "ConvergenceTests",
            dependencies: [
                "Cgroups", "Certificates", "Convergence", "Engines", "Resources", "Keys", "Routing", "Volumes", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "GatewayTests", dependencies: ["Gateway", "Routing", "AWSWire", "CMartlet", logging], swiftSettings: strict),
        // These drive the built program from outside, with real clients; they link nothing of it.
        .target(name: "IntegrationSupport", path: "Tests/IntegrationSupport", swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests", dependencies: ["IntegrationSupport"], path: "Tests/Integration",
            exclude: ["Scenarios", "Terraform", "requirements.txt"], swiftSettings: strict),
        .testTarget(
            name: "ChaosTests", dependencies: ["IntegrationSupport"], path: "Tests/Chaos", exclude: ["Scenarios"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
