internal import Foundation
internal import PrivateFiles

/// The access key of the account's root: made at first start, or given by the environment.
struct RootCredentials: Codable, Sendable, Equatable {
    var accessKeyID: String
    var secretAccessKey: String

    /// The key on file; at first start the one in `MARTLET_ROOT_ACCESS_KEY_ID` and `MARTLET_ROOT_SECRET_ACCESS_KEY`, or a new
    /// one. A key in the environment replaces the one on file.
    static func loadOrMake(in directory: DataDirectory, environment: [String: String]) throws -> RootCredentials {
        let stored = try PrivateFile.read(RootCredentials.self, from: directory.credentialsFile)
        let wanted = try given(in: environment) ?? stored ?? made()
        if wanted != stored { try PrivateFile.write(wanted, to: directory.credentialsFile) }
        return wanted
    }

    static func load(from directory: DataDirectory) throws -> RootCredentials? {
        try PrivateFile.read(RootCredentials.self, from: directory.credentialsFile)
    }

    private static func given(in environment: [String: String]) throws -> RootCredentials? {
        let id = environment["MARTLET_ROOT_ACCESS_KEY_ID"]
        let secret = environment["MARTLET_ROOT_SECRET_ACCESS_KEY"]
        switch (id, secret) {
        case (nil, nil): return nil
        case (let id?, let secret?)
        where !id.isEmpty && !secret.isEmpty && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }:
            return RootCredentials(accessKeyID: id, secretAccessKey: secret)
        default:
            throw InstallationError(
                "MARTLET_ROOT_ACCESS_KEY_ID (letters and digits) and MARTLET_ROOT_SECRET_ACCESS_KEY must be set together.")
        }
    }

    /// Of the form of AWS's own: `AKIA` and 16 characters of base 32; 40 characters of secret.
    private static func made() -> RootCredentials {
        let base32 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var random = SystemRandomNumberGenerator()
        func pick(_ letters: [Character], _ count: Int) -> String {
            String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
        }
        return RootCredentials(accessKeyID: "AKIA" + pick(base32, 16), secretAccessKey: pick(base64, 40))
    }
}
