internal import AWSWire
internal import Keys
internal import Resources

/// Refusals of KMS. Codes are those of botocore's kms model; texts are AWS's own where it has been seen to say them.
enum KMSFault {
    static func of(_ error: KeyError, _ request: Request) -> Fault {
        switch error {
        case .notFound(let name): notFound(name, request)
        case .disabled(let arn): Fault("DisabledException", "\(arn) is disabled.")
        case .pendingDeletion(let arn): pendingDeletion(arn)
        case .invalidCiphertext:
            Fault(
                "InvalidCiphertextException",
                "The ciphertext is damaged, is not one of this region's keys, or was made with another encryption context.")
        case .incorrectKey:
            Fault(
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this operation.")
        case .unusableMaterial(let arn, _):
            Fault("KMSInternalException", status: 500, "The material of \(arn) cannot be read. The log of the server says more.")
        }
    }

    static func notFound(_ name: String, _ request: Request) -> Fault {
        let account = request.context.account
        if let arn = ARN(name), arn.region != request.region || arn.service != "kms" || arn.account != account {
            return Fault("NotFoundException", "Invalid arn \(request.quoted(arn.region))")
        }
        let resource = ARN(name)?.resource ?? (name.hasPrefix(KMSAlias.prefix) ? name : "key/\(name)")
        let arn = ARN(service: "kms", region: request.region, account: account, resource: request.quoted(resource))
        if resource.hasPrefix(KMSAlias.prefix) { return Fault("NotFoundException", "Alias \(arn) is not found.") }
        return isKeyID(resource.dropFirst("key/".count))
            ? Fault("NotFoundException", "Key '\(arn)' does not exist")
            : Fault("NotFoundException", "Invalid keyId '\(request.quoted(name))'")
    }

    /// A UUID's form.
    private static func isKeyID(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.joined().allSatisfy(\.isHexDigit)
    }

    static func pendingDeletion(_ arn: String) -> Fault { Fault("KMSInvalidStateException", "\(arn) is pending deletion.") }

    static func alreadyExists(alias arn: String) -> Fault {
        Fault("AlreadyExistsException", "An alias with the name \(arn) already exists")
    }

    static func limitExceeded(_ message: String) -> Fault { Fault("LimitExceededException", message) }

    static func validation(_ message: String) -> Fault { Fault("ValidationException", message) }

    /// A value outside of what the model allows.
    ///
    /// - Parameter value: nil for what must not be repeated in a message.
    static func constraint(_ name: String, _ value: String?, _ rule: String) -> Fault {
        let shown = value.map { "Value '\($0)'" } ?? "Value"
        return validation("1 validation error detected: \(shown) at '\(member(name))' failed to satisfy constraint: \(rule)")
    }

    static func missing(_ name: String) -> Fault { constraint(name, "null", "Member must not be null") }

    /// `KeyId` is `keyId` in these messages.
    private static func member(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

    /// What AWS's own policies of its managed keys forbid.
    static func managedByAWS(_ key: KMSKey, _ request: Request) -> Fault {
        Fault(
            "AccessDeniedException",
            "\(key.arn(account: request.context.account)) is an AWS managed key: \(request.call.action) is not allowed on it.")
    }
}
