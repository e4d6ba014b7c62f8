internal import AWSWire
public import Foundation

/// An access key of AWS, or of Martlet.
public struct AWSKeys: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    public var accessKeyID: String
    public var secretAccessKey: String
    public var sessionToken: String?

    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, as `martlet env` and Lambda set them.
    ///
    /// - Throws: `DatabaseError.configuration` when they are not there.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(DatabaseError) {
        guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"], !id.isEmpty,
            !secret.isEmpty
        else { throw .configuration("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set (eval \"$(martlet env)\").") }
        self.init(accessKeyID: id, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
    }

    public var description: String { accessKeyID }
    public var debugDescription: String { description }

    var accessKey: AccessKey { AccessKey(id: accessKeyID, secret: secretAccessKey, sessionToken: sessionToken) }
}
