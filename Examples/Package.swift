// swift-tools-version: 6.1
import PackageDescription

// One package for all examples, so that what they share is compiled once. It uses Martlet's library by its path, as an app
// beside it would; from elsewhere it is .package(url: "…", from: "…") with the repository's address.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let databaseClient = Target.Dependency.product(name: "DatabaseClient", package: "martlet")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let inMemoryTracing = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "martlet-examples",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "martlet", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What a web application on DatabaseClient needs around it, whatever it is about.
        .target(
            name: "Support", dependencies: [databaseClient, hummingbird, inMemoryTracing, lifecycle, logging, nioCore, tracing],
            path: "Support/Sources", swiftSettings: strict),
        .executableTarget(
            name: "ClientTour", dependencies: [databaseClient], path: "ClientTour/Sources/ClientTour"),
        .executableTarget(
            name: "Cruddur",
            dependencies: [
                "Support", argumentParser, databaseClient, hummingbird, lifecycle, logging, nioCore, nioHTTP1, nioPosix, tracing,
            ],
            path: "Cruddur/Sources",
            resources: [
                .embedInCode("Page/index.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "Blog", dependencies: ["Support", argumentParser, databaseClient, hummingbird, logging], path: "Blog/Sources",
            swiftSettings: strict),
        .executableTarget(
            name: "UserManagement",
            dependencies: ["Support", argumentParser, crypto, cryptoExtras, databaseClient, hummingbird, logging],
            path: "UserManagement/Sources", swiftSettings: strict),
        .testTarget(
            name: "UserManagementTests", dependencies: ["UserManagement"], path: "UserManagement/Tests", swiftSettings: strict),
        .testTarget(name: "BlogTests", dependencies: ["Blog"], path: "Blog/Tests", swiftSettings: strict),
        .testTarget(name: "SupportTests", dependencies: ["Support"], path: "Support/Tests", swiftSettings: strict),
        .testTarget(name: "CruddurTests", dependencies: ["Cruddur"], path: "Cruddur/Tests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
