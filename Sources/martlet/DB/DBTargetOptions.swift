internal import ArgumentParser
internal import Foundation
internal import Toolkit

/// Which database, for every verb of `martlet db`.
struct DBTargetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("postgresql://, mysql://, mariadb:// or sqlite:///FILE.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "A DB instance: address and password are looked up, in Martlet (--data-dir) or where AWS_* points.", valueName: "id"))
    var instance: String?

    @Option(help: ArgumentHelp("The database's name, instead of the one in the URL or of the instance.", valueName: "name"))
    var database: String?

    @Option(help: ArgumentHelp("A file whose first line is the password.", valueName: "file"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("The certificates to trust (PEM).", valueName: "file"))
    var caBundle: String?

    @Option(help: "The region of the DB instance. Default: the environment's.")
    var region: String?

    @Option(
        name: .customLong("data-dir"),
        help: ArgumentHelp(
            "The Martlet to look the instance up in. Default: where AWS_* points, else $MARTLET_DATA_DIR.", valueName: "dir"))
    var dataDirectory: String?

    /// - Parameters:
    ///   - isProduction: the notes' word `prod` was given.
    ///   - connects: false for a verb that only wants to know: certificates that nobody has given, nor keeps, do not matter.
    func target(isProduction: Bool = false, connects: Bool = true) async throws -> DBTarget {
        if let url { ArgumentScrubber.hidePassword(of: url) }
        return try await target(
            .init(url: url, instance: instance, isProduction: isProduction, database: database), connects: connects)
    }

    /// - Parameters:
    ///   - url: one that was not typed: nobody could see it.
    ///   - source: the variable it comes from.
    func target(url: String, source: String) async throws -> DBTarget {
        try await target(.init(url: url, from: source, database: database), connects: true)
    }

    private func target(_ typed: TargetChoice.Typed, connects: Bool) async throws -> DBTarget {
        let environment = try DBEnvironment.load()
        let choice = try TargetChoice(typed, environment: environment)
        let trust = CertificateTrust(options: self, environment: environment)
        var address =
            switch choice.place {
            case .address(let address): address
            case .instance(let id):
                try await InstanceLookup(options: self, environment: environment, trust: trust).address(of: id)
            }
        if connects { try await trust.apply(to: &address) } else { try trust.applyLasting(to: &address) }
        try PasswordSource.apply(to: &address, file: passwordFile, environment: environment)
        return DBTarget(address: address, source: choice.source, directory: trust.directory)
    }
}

/// `prod` and a file, in any order, as the notes' scripts took them.
struct DBWords {
    var isProduction: Bool
    var file: String?

    init(_ words: [String]) throws {
        let others = words.filter { $0 != "prod" }
        guard others.count <= 1 else { throw ValidationError("One file, please, besides prod: \(others.joined(separator: " "))") }
        isProduction = words.contains("prod")
        file = others.first
    }

    /// For verbs that take no file.
    static func isProduction(_ words: [String]) throws -> Bool {
        guard words.allSatisfy({ $0 == "prod" }) else {
            throw ValidationError("\(words.joined(separator: " ")): only the word prod can stand here.")
        }
        return !words.isEmpty
    }
}
