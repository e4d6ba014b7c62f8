internal import Foundation

/// The one request of the Query services that names its action by its path: `GET
/// /v13/downloadCompleteLogFile/DBInstanceIdentifier/LogFileName` (RDS user guide, "DownloadCompleteDBLogFile").
public struct PathAction: Sendable, Equatable {
    /// Begins with a slash, as no other action does.
    public static let downloadCompleteLogFile = "/v13/downloadCompleteLogFile"

    var action: String
    var parameters: [FormPair]

    /// Nil for another path.
    ///
    /// - Parameter path: percent-encoded.
    /// - Throws: `MalformedQueryString` for what is no percent-encoded UTF-8, or names no file.
    init?(_ path: String, of service: AWSService) throws(Fault) {
        guard service == .rds, path.hasPrefix(Self.downloadCompleteLogFile + "/") else { return nil }
        let rest = path.dropFirst(Self.downloadCompleteLogFile.count + 1)
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let identifier = String(parts[0]).removingPercentEncoding,
            let file = String(parts[1]).removingPercentEncoding, !identifier.isEmpty, !file.isEmpty
        else {
            throw .malformedQueryString(
                "The path must be \(Self.downloadCompleteLogFile)/DBInstanceIdentifier/LogFileName, percent-encoded.")
        }
        action = Self.downloadCompleteLogFile
        parameters = [
            FormPair(name: "DBInstanceIdentifier", value: identifier), FormPair(name: "LogFileName", value: file),
        ]
    }
}
