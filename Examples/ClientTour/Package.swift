// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "client-tour",
    platforms: [.macOS(.v15)],
    dependencies: [
        // From elsewhere: .package(url: "…", from: "…") with the repository's address.
        .package(name: "martlet", path: "../..")
    ],
    targets: [
        .executableTarget(name: "ClientTour", dependencies: [.product(name: "DatabaseClient", package: "martlet")])
    ],
    swiftLanguageModes: [.v6]
)
