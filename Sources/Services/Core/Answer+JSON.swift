internal import AWSWire
internal import Foundation

extension Answer {
    /// A JSON answer; dates in seconds since the epoch, as the JSON 1.1 protocol has them.
    static func encoding(_ value: some Encodable) throws -> Answer {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .json(Array(try encoder.encode(value)))
    }

    /// A JSON answer without members.
    static func empty() throws -> Answer { try .encoding(EmptyAnswer()) }

    private struct EmptyAnswer: Encodable {}
}
