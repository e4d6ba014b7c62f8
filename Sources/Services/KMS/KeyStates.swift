internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// A disabled key works again.
enum EnableKey: Operation {
    static let action = "EnableKey"
    static let parameters: [ParameterRule] = [.keyID]

    static func run(_ request: Request) async throws -> Answer {
        try await request.changeKey { $0.state = .enabled }
        return try .empty()
    }
}

/// Nothing that the key has encrypted can be read until it is enabled again.
enum DisableKey: Operation {
    static let action = "DisableKey"
    static let parameters: [ParameterRule] = [.keyID]

    static func run(_ request: Request) async throws -> Answer {
        try await request.changeKey { $0.state = .disabled }
        return try .empty()
    }
}

/// Gives a key up: unusable at once, gone for good after 7 to 30 days.
enum ScheduleKeyDeletion: Operation {
    static let days = 7...30

    static let action = "ScheduleKeyDeletion"
    static let note = "When the time has come, the key, its material and its aliases are deleted; what it encrypted is lost."
    static let parameters: [ParameterRule] = [
        .keyID, .works("PendingWindowInDays", "7 to 30; 30 unless given."),
    ]

    private struct Output: Encodable {
        var KeyId: String
        var DeletionDate: Date
        var KeyState: String
        var PendingWindowInDays: Int
    }

    static func run(_ request: Request) async throws -> Answer {
        let window = try request.number("PendingWindowInDays", in: days) ?? days.upperBound
        let date = request.context.now().addingTimeInterval(Double(window) * 86_400)
        let key = try await request.changeKey { $0.state = .pendingDeletion(at: date, windowDays: window) }
        return try .encoding(
            Output(
                KeyId: key.arn(account: request.account), DeletionDate: date, KeyState: key.state.name,
                PendingWindowInDays: window))
    }
}

/// The key stays after all; it is disabled then, as on AWS.
enum CancelKeyDeletion: Operation {
    static let action = "CancelKeyDeletion"
    static let parameters: [ParameterRule] = [.keyID]

    private struct Output: Encodable {
        var KeyId: String
    }

    static func run(_ request: Request) async throws -> Answer {
        let account = request.account
        let key = try await request.changeKey(whilePendingDeletion: true) { key in
            guard case .pendingDeletion = key.state else {
                throw Fault("KMSInvalidStateException", "\(key.arn(account: account)) is not pending deletion.")
            }
            key.state = .disabled
        }
        return try .encoding(Output(KeyId: key.arn(account: account)))
    }
}

/// Another description.
enum UpdateKeyDescription: Operation {
    static let action = "UpdateKeyDescription"
    static let parameters: [ParameterRule] = [.keyID, .works("Description")]

    static func run(_ request: Request) async throws -> Answer {
        let description = try request.requiredText("Description", 0...8192)
        try await request.changeKey { $0.description = description }
        return try .empty()
    }
}
