internal import AWSWire
internal import Resources

/// A snapshot of one's own from another, of this region or another one. Its files are copied, and compared with their checksums.
enum CopyDBSnapshot: Operation {
    static let action = "CopyDBSnapshot"
    static let parameters: [ParameterRule] = [
        .works("SourceDBSnapshotIdentifier", "A name, or an ARN of any region."), .works("TargetDBSnapshotIdentifier"),
        .works("Tags"), .works("CopyTags"),
        .works("OptionGroupName", "The group that a restored instance gets."),
        .works("SourceRegion", "Must be the region that SourceDBSnapshotIdentifier says."),
        .works("PreSignedUrl", "Not needed, and not looked at: the call itself is signed."),
        .works("KmsKeyId", "Encrypts the copy; the source's key unless given. Needed for an encrypted one of another region."),
        .refused("CopyOptionGroup", "option groups belong to their region. Leave it out, or turn it off.", unless: ["false"]),
        .refused("TargetCustomAvailabilityZone", "there are no custom Availability Zones. Leave it out."),
        .refused("SnapshotTarget", "snapshots are kept in the region. Leave it out, or give region.", unless: ["region"]),
        .refused("SnapshotAvailabilityZone", "there are no Local Zones. Leave it out."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let target = try Identifier.snapshot(
            request.required("TargetDBSnapshotIdentifier"), parameter: "TargetDBSnapshotIdentifier")
        let found = try source(request)
        let group = try optionGroup(found, request)
        let tags = try TagRules.tags(request)
        let keyName = try request.string("KmsKeyId")
        let copiesTags = try request.boolean("CopyTags") ?? false
        let copy = try await request.context.store.write { transaction in
            guard let current = transaction.get(DBSnapshot.self, region: found.region, id: found.id) else {
                throw RDSFault.snapshotNotFound(found.identifier)
            }
            try SnapshotRules.checkUsable(current)
            try SnapshotRules.checkRoom(target, transaction, request)
            try SnapshotEncryption.checkReadable(current, transaction, request)
            let own = Set(tags.map(\.key))
            let copied = copiesTags ? current.tags.filter { !own.contains($0.key) } : []
            try TagRules.checkCount(tags + copied)
            var copy = DBSnapshot(
                region: request.region, snapshotID: request.context.random.snapshotID(), identifier: target,
                requestedAt: request.context.now(), instance: current.instance, optionGroup: group ?? current.optionGroup,
                operation: .init(kind: .copy, requestedAt: request.context.now()), tags: tags + copied)
            copy.originalCreatedAt = current.originalCreatedAt
            copy.copiedFrom = current.id
            copy.sourceARN =
                ARN.dbSnapshot(current.identifier, region: current.region, account: request.context.account).description
            if current.region != request.region, group == nil { copy.optionGroup = nil }
            copy.encryption = try SnapshotEncryption.keyName(ofCopy: current, asked: keyName, request).map {
                try SnapshotEncryption.make(copy.id, under: $0, &transaction, request)
            }
            try transaction.insert(copy)
            try transaction.record(
                request.event(
                    copy, "Started copy of snapshot \(current.identifier) from region \(current.region).", [.notification]))
            return copy
        }
        return request.answer(copy)
    }

    private static func source(_ request: Request) throws -> DBSnapshot {
        let text = try request.required("SourceDBSnapshotIdentifier")
        let place = ARN(text)?.region ?? request.region
        if let region = try request.string("SourceRegion"), region != place {
            throw Fault.invalidParameterCombination(
                "The parameter SourceRegion is \(region.prefix(32)), but SourceDBSnapshotIdentifier is of \(place).")
        }
        guard let arn = ARN(text), arn.region != request.region else {
            return try request.snapshot(request.snapshotIdentifier(text: text))
        }
        guard arn.service == "rds", arn.account == request.context.account, arn.resource.hasPrefix("snapshot:"),
            let found = request.context.store.find(
                DBSnapshot.self, region: arn.region, name: arn.resource.dropFirst("snapshot:".count).lowercased())
        else { throw RDSFault.snapshotNotFound(request.quoted(text)) }
        return found
    }

    /// Nil when the request says nothing of it.
    private static func optionGroup(_ source: DBSnapshot, _ request: Request) throws -> String? {
        guard let traits = request.context.catalog.traits(of: source.instance.spec.engine) else { return nil }
        let version = request.context.catalog.version(running: source.instance.spec)
        return try GroupRules.optionGroup(request, traits, version) ?? nil
    }
}
