internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// New material every so many days. What older material encrypted can be decrypted for as long as the key lives.
enum EnableKeyRotation: Operation {
    static let action = "EnableKeyRotation"
    static let parameters: [ParameterRule] = [
        .keyID, .works("RotationPeriodInDays", "90 to 2560; 365 unless given."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let days = try request.number("RotationPeriodInDays", in: KMSKey.Rotation.dayRange)
        let (now, keys) = (request.context.now(), request.context.keys)
        try await request.changeKey { key in
            try keys.checkUsable(key)
            // On already, and no other period: its next date stays.
            guard key.rotation == nil || days != nil && days != key.rotation?.periodDays else { return }
            key.rotation = KMSKey.Rotation(periodDays: days ?? KMSKey.Rotation.standardDays, from: now)
        }
        return try .empty()
    }
}

/// No more new material by itself.
enum DisableKeyRotation: Operation {
    static let action = "DisableKeyRotation"
    static let parameters: [ParameterRule] = [.keyID]

    static func run(_ request: Request) async throws -> Answer {
        let keys = request.context.keys
        try await request.changeKey { key in
            try keys.checkUsable(key)
            key.rotation = nil
        }
        return try .empty()
    }
}

/// Whether and when a key gets new material.
enum GetKeyRotationStatus: Operation {
    static let action = "GetKeyRotationStatus"
    static let parameters: [ParameterRule] = [.keyID]

    private struct Output: Encodable {
        var KeyId: String
        var KeyRotationEnabled: Bool
        var RotationPeriodInDays: Int?
        var NextRotationDate: Date?
    }

    static func run(_ request: Request) async throws -> Answer {
        let key = try request.managedKey(in: request.context.store)
        // A key that is to be deleted does not rotate; if it stays after all, it does again.
        let isGivenUp = if case .pendingDeletion = key.state { true } else { false }
        let rotation = isGivenUp ? nil : key.rotation
        return try .encoding(
            Output(
                KeyId: key.arn(account: request.account), KeyRotationEnabled: rotation != nil,
                RotationPeriodInDays: rotation?.periodDays, NextRotationDate: rotation?.nextAt))
    }
}

/// New material now. The schedule, if there is one, stays.
enum RotateKeyOnDemand: Operation {
    /// For the life of a key (KMS developer guide, "Resource quotas").
    static let limit = 25

    static let action = "RotateKeyOnDemand"
    static let parameters: [ParameterRule] = [.keyID]

    private struct Output: Encodable {
        var KeyId: String
    }

    static func run(_ request: Request) async throws -> Answer {
        let keys = request.context.keys
        let key = try await request.context.store.write { tx in
            let key = try request.managedKey(in: tx)
            guard key.manager == .customer else { throw KMSFault.managedByAWS(key, request) }
            try keys.checkUsable(key)
            guard key.versions.count(where: { $0.cause == .onDemand }) < limit else {
                throw KMSFault.limitExceeded("A key can be rotated on demand \(limit) times; \(key.id) has been.")
            }
            try keys.rotate(key, cause: .onDemand, in: &tx, now: request.context.now())
            return key
        }
        return try .encoding(Output(KeyId: key.arn(account: request.account)))
    }
}

/// When a key got new material, page by page.
enum ListKeyRotations: Operation {
    static let action = "ListKeyRotations"
    static let parameters: [ParameterRule] = [.keyID, .works("IncludeKeyMaterial"), .works("Limit"), .works("Marker")]

    private struct Entry: Encodable {
        var KeyId: String
        var KeyMaterialId: String
        var KeyMaterialState: String
        var RotationDate: Date?
        var RotationType: String?
    }

    private struct Output: Encodable {
        var Rotations: [Entry]
        var NextMarker: String?
        var Truncated: Bool
    }

    static func run(_ request: Request) async throws -> Answer {
        let key = try request.managedKey(in: request.context.store)
        let what = try request.string("IncludeKeyMaterial") ?? "ROTATIONS_ONLY"
        guard ["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"].contains(what) else {
            throw KMSFault.constraint(
                "IncludeKeyMaterial", request.quoted(what),
                "Member must satisfy enum value set: [ALL_KEY_MATERIAL, ROTATIONS_ONLY]")
        }
        let wanted = key.versions.filter { what == "ALL_KEY_MATERIAL" || $0.cause != .creation }
        let page = try Paging.page(wanted, after: request.string("Marker"), limit: request.pageLimit(100))
        return try .encoding(
            Output(
                Rotations: page.items.map { entry($0, of: key, request) }, NextMarker: page.marker,
                Truncated: page.marker != nil))
    }

    private static func entry(_ version: KMSKey.Version, of key: KMSKey, _ request: Request) -> Entry {
        let type: String? =
            switch version.cause {
            case .creation: nil
            case .automatic: "AUTOMATIC"
            case .onDemand: "ON_DEMAND"
            }
        return Entry(
            KeyId: key.arn(account: request.account), KeyMaterialId: version.materialID,
            KeyMaterialState: version == key.versions.last ? "CURRENT" : "NON_CURRENT",
            RotationDate: type == nil ? nil : version.createdAt, RotationType: type)
    }
}
