/// What an operation answers on success, before it has an envelope.
public enum Answer: Sendable, Equatable {
    /// Query and EC2 protocols: the children of `<XResult>` (Query) or `<XResponse>` (EC2).
    case xml([XMLNode])
    /// JSON protocols: a complete JSON object, UTF-8.
    case json([UInt8])
    /// What has no envelope in any protocol: a file.
    case stream(StreamedBody)
}
