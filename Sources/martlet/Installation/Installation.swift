internal import Foundation
internal import PrivateFiles

/// Who this installation is. Decided at first start and kept; an option that is given later changes it.
struct Installation: Codable, Sendable, Equatable {
    /// Tells installations on one machine apart, in the hosts file.
    var id: String
    var account: String
    var region: String
    var domain: String
    /// Where `serve --gateway-listen` was told that endpoints are reached by server name; as the last start had it.
    var sharedAddresses: [String]?

    static func loadOrMake(
        in directory: DataDirectory, account: String?, region: String?, domain: String?,
        sharedAddresses: [ListenAddress]
    ) throws -> Installation {
        let stored = try load(from: directory)
        var wanted =
            stored
            ?? Installation(
                id: UUID().uuidString.lowercased(), account: "123456789012", region: "us-east-1", domain: "martlet.internal")
        if let account { wanted.account = account }
        if let region { wanted.region = region }
        if let domain { wanted.domain = domain }
        wanted.sharedAddresses = sharedAddresses.isEmpty ? nil : sharedAddresses.map(\.description)
        if wanted != stored { try PrivateFile.write(wanted, to: directory.installationFile) }
        return wanted
    }

    static func load(from directory: DataDirectory) throws -> Installation? {
        try PrivateFile.read(Installation.self, from: directory.installationFile)
    }
}

/// What a running control plane tells the other commands.
struct RunningServe: Codable, Sendable, Equatable {
    var processID: Int32
    var url: String
    var region: String
    var version: String
    /// The certificates that a client has to trust; nil without TLS.
    var certificateBundle: String?
}
