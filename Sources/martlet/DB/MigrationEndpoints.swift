internal import ArgumentParser
internal import Foundation
internal import Toolkit

/// What `FROM` and `TO` share.
struct MigrationEndpoints: ParsableArguments {
    @Option(
        help: ArgumentHelp("The target, instead of TO: postgresql://, mysql://, mariadb:// or sqlite:///FILE.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp("The target, instead of TO: a DB instance, whose address and password are looked up.", valueName: "id")
    )
    var instance: String?

    @Option(help: ArgumentHelp("The database's name there, instead of the one in the URL or of the instance.", valueName: "name"))
    var database: String?

    @Option(help: ArgumentHelp("The certificates to trust (PEM).", valueName: "file"))
    var caBundle: String?

    @Option(help: "The region of DB instances. Default: the environment's.")
    var region: String?

    @Option(
        name: .customLong("data-dir"),
        help: ArgumentHelp(
            "The Martlet to look instances up in. Default: where AWS_* points, else $MARTLET_DATA_DIR.", valueName: "dir"))
    var dataDirectory: String?

    /// True when options name a target.
    var nameTarget: Bool { url != nil || instance != nil }

    /// What the options name, as for the other verbs.
    func target() async throws -> DBTarget {
        var options = try places()
        options.url = url
        options.instance = instance
        options.database = database
        return try await options.target()
    }

    private func places() throws -> DBTargetOptions {
        var options = try DBTargetOptions.parse([])
        options.caBundle = caBundle
        options.region = region
        options.dataDirectory = dataDirectory
        return options
    }

    /// A URL, `prod`, `dev`, `instance:ID`, or the name of a variable that holds a URL.
    func target(_ word: String) async throws -> DBTarget {
        var options = try places()
        if word == "prod" { return try await options.target(isProduction: true) }
        if word == "dev" { return try await options.target() }
        if word.hasPrefix("instance:") {
            let parts = word.dropFirst("instance:".count).split(separator: "/", maxSplits: 1).map(String.init)
            options.instance = parts.first ?? ""
            options.database = parts.count > 1 ? parts[1] : nil
            return try await options.target()
        }
        let isName = !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        if isName {
            guard let url = try DBEnvironment.load()[word], !url.isEmpty else {
                throw ToolkitError("\(word) is neither a URL nor a variable that holds one")
            }
            return try await options.target(url: url, source: word)
        }
        options.url = word
        return try await options.target()
    }
}
