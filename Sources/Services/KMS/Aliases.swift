internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// Names of aliases, and whom they may lead to.
enum AliasRules {
    /// Aliases of one key (KMS developer guide, "Resource quotas").
    static let limit = 50

    static func name(_ request: Request) throws -> String {
        let name = try request.requiredText("AliasName", 1...256)
        guard name.hasPrefix(KMSAlias.prefix), name.count > KMSAlias.prefix.count else {
            throw KMSFault.validation("Invalid identifier: an alias begins with \"alias/\".")
        }
        guard name.utf8.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || ":/_-".utf8.contains($0) }) else {
            throw KMSFault.constraint(
                "AliasName", request.quoted(name), "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$")
        }
        return name
    }

    /// An alias that its owner may make, move and delete.
    static func ownName(_ request: Request) throws -> String {
        let name = try name(request)
        guard !name.hasPrefix(ManagedKey.aliasPrefix) else {
            throw Fault("InvalidAliasNameException", "Aliases that begin with alias/aws/ are AWS's own.")
        }
        return name
    }

    /// The key that `TargetKeyId` names.
    static func target(_ request: Request, _ documents: some DocumentReader) throws -> KMSKey {
        let text = try request.requiredText("TargetKeyId", Request.keyIDLength)
        let name = try KeyName(text, region: request.region, account: request.account)
        guard case .id = name else { throw KMSFault.validation("Aliases must refer to keys. Not aliases") }
        guard let key = documents.key(name, region: request.region) else { throw KeyError.notFound(text) }
        guard key.manager == .customer else { throw KMSFault.managedByAWS(key, request) }
        if case .pendingDeletion = key.state { throw KMSFault.pendingDeletion(key.arn(account: request.account)) }
        guard documents.list(KMSAlias.self, region: request.region).count(where: { $0.targetKeyID == key.id }) < limit else {
            throw KMSFault.limitExceeded("A key can have \(limit) aliases; \(key.id) has as many.")
        }
        return key
    }
}

/// Gives a key a name.
enum CreateAlias: Operation {
    static let action = "CreateAlias"
    static let parameters: [ParameterRule] = [.works("AliasName"), .works("TargetKeyId", "An id or a key ARN.")]

    static func run(_ request: Request) async throws -> Answer {
        let name = try AliasRules.ownName(request)
        try await request.context.store.write { tx in
            if let found = tx.get(KMSAlias.self, region: request.region, id: name) {
                throw KMSFault.alreadyExists(alias: found.arn(account: request.account))
            }
            let key = try AliasRules.target(request, tx)
            try tx.insert(
                KMSAlias(region: request.region, name: name, targetKeyID: key.id, createdAt: request.context.now()))
        }
        return try .empty()
    }
}

/// Gives a name to another key.
enum UpdateAlias: Operation {
    static let action = "UpdateAlias"
    static let parameters: [ParameterRule] = [.works("AliasName"), .works("TargetKeyId", "An id or a key ARN.")]

    static func run(_ request: Request) async throws -> Answer {
        let name = try AliasRules.ownName(request)
        try await request.context.store.write { tx in
            guard let found = tx.get(KMSAlias.self, region: request.region, id: name) else {
                throw KMSFault.notFound(name, request)
            }
            // To the key that it names already: nothing changes, whatever the number of its aliases.
            let text = try request.requiredText("TargetKeyId", Request.keyIDLength)
            if text == found.targetKeyID { return }
            let key = try AliasRules.target(request, tx)
            try tx.update(KMSAlias.self, region: request.region, id: name) {
                $0.targetKeyID = key.id
                $0.updatedAt = request.context.now()
            }
        }
        return try .empty()
    }
}

/// Takes a name away; the key stays.
enum DeleteAlias: Operation {
    static let action = "DeleteAlias"
    static let parameters: [ParameterRule] = [.works("AliasName")]

    static func run(_ request: Request) async throws -> Answer {
        let name = try AliasRules.ownName(request)
        try await request.context.store.write { tx in
            guard tx.get(KMSAlias.self, region: request.region, id: name) != nil else {
                throw KMSFault.notFound(name, request)
            }
            try tx.delete(KMSAlias.self, region: request.region, id: name)
        }
        return try .empty()
    }
}

/// The aliases of the region, or of one key, page by page.
enum ListAliases: Operation {
    static let action = "ListAliases"
    static let note = "An alias of AWS's own is listed from its first use on."
    static let parameters: [ParameterRule] = [.keyID, .works("Limit"), .works("Marker")]

    private struct Entry: Encodable {
        var AliasName: String
        var AliasArn: String
        var TargetKeyId: String
        var CreationDate: Date
        var LastUpdatedDate: Date
    }

    private struct Output: Encodable {
        var Aliases: [Entry]
        var NextMarker: String?
        var Truncated: Bool
    }

    static func run(_ request: Request) async throws -> Answer {
        let store = request.context.store
        let key = request.call.parameters["KeyId"] == nil ? nil : try request.managedKey(in: store)
        let aliases = store.list(KMSAlias.self, region: request.region).filter { key == nil || $0.targetKeyID == key?.id }
        let page = try Paging.page(aliases, after: request.string("Marker"), limit: request.pageLimit(50)) { $0.name }
        return try .encoding(
            Output(
                Aliases: page.items.map { entry($0, request.account) }, NextMarker: page.marker,
                Truncated: page.marker != nil))
    }

    private static func entry(_ alias: KMSAlias, _ account: String) -> Entry {
        Entry(
            AliasName: alias.name, AliasArn: alias.arn(account: account), TargetKeyId: alias.targetKeyID,
            CreationDate: alias.createdAt, LastUpdatedDate: alias.updatedAt)
    }
}
