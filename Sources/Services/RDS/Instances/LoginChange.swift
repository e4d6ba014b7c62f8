internal import AWSWire
internal import Resources

/// What ModifyDBInstance does with the master user's password. Passwords are made and turned into verifiers before the
/// transaction: that is slow on purpose, and the store has one writer.
struct LoginChange: Sendable {
    enum Kind: Sendable {
        case none
        /// A new password that the caller knows.
        case set(FreshCredential)
        /// As `set`, and Secrets Manager no longer keeps it.
        case unmanage(FreshCredential)
        /// Secrets Manager keeps it from now on.
        case manage(FreshCredential, keyName: String?)
        /// A new one in the managed secret.
        case rotate(FreshCredential)
    }

    let kind: Kind

    init(_ request: Request, _ engine: EngineTraits) throws {
        let given = try request.string("MasterUserPassword")
        let manage = try request.boolean("ManageMasterUserPassword")
        let rotate = try request.boolean("RotateMasterUserPassword") ?? false
        let keyName = try request.string("MasterUserSecretKmsKeyId")
        try Self.check(given: given != nil, manage: manage, rotate: rotate, request)
        guard keyName == nil || manage == true else { throw NewLogin.keyWithoutSecret }
        func credential(_ password: String) throws -> FreshCredential {
            FreshCredential(
                password: password,
                verifier: try request.context.catalog.passwordVerifier(engine: engine.name, password: password))
        }
        if rotate {
            kind = .rotate(try credential(request.context.random.masterPassword()))
        } else if manage == true {
            kind = .manage(try credential(request.context.random.masterPassword()), keyName: keyName)
        } else if let given {
            let credential = try credential(MasterUser.password(given, engine))
            kind = manage == false ? .unmanage(credential) : .set(credential)
        } else {
            kind = .none
        }
    }

    private static func check(given: Bool, manage: Bool?, rotate: Bool, _ request: Request) throws {
        if manage == true, given { throw NewLogin.bothGiven }
        if manage == false, !given {
            throw Fault.invalidParameterCombination(
                "MasterUserPassword must be provided when ManageMasterUserPassword is set to false.")
        }
        guard rotate else { return }
        guard !given, manage == nil else {
            throw Fault.invalidParameterCombination(
                "You can't specify MasterUserPassword or ManageMasterUserPassword together with RotateMasterUserPassword.")
        }
        guard try request.boolean("ApplyImmediately") == true else {
            throw Fault.invalidParameterCombination(
                "You must specify ApplyImmediately to rotate the master user password with RotateMasterUserPassword.")
        }
    }

    func apply(to instance: inout DBInstance, _ transaction: inout StoreTransaction, _ request: Request) throws {
        switch kind {
        case .none: break
        case .set(let credential):
            guard instance.master.secretARN == nil else {
                throw Fault.invalidParameterCombination(
                    "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword turned on. "
                        + "Set ManageMasterUserPassword to false along with it.")
            }
            instance.master.take(credential)
        case .unmanage(let credential):
            if let arn = instance.master.secretARN {
                try transaction.delete(Secret.self, region: instance.region, id: arn)
                instance.master.secretARN = nil
                instance.master.secretKeyARN = nil
            }
            instance.master.take(credential)
        case .manage(let credential, let keyName): try manage(&instance, credential, keyName, &transaction, request)
        case .rotate(let credential): try rotate(&instance, credential, &transaction, request)
        }
    }

    /// Turning on what is on already changes nothing, and cannot change the key.
    private func manage(
        _ instance: inout DBInstance, _ credential: FreshCredential, _ keyName: String?, _ transaction: inout StoreTransaction,
        _ request: Request
    ) throws {
        guard instance.master.secretARN == nil else {
            guard keyName == nil else {
                throw Fault.invalidParameterCombination(
                    "You can't change the KMS key of the secret: the password of \(instance.identifier) is managed already. "
                        + "Turn ManageMasterUserPassword off first, then on with the other key.")
            }
            return
        }
        try ManagedSecret.make(
            for: &instance, password: credential.password, keyName: keyName, in: &transaction, request)
        instance.master.take(credential)
    }

    private func rotate(
        _ instance: inout DBInstance, _ credential: FreshCredential, _ transaction: inout StoreTransaction, _ request: Request
    ) throws {
        guard let arn = instance.master.secretARN else {
            throw Fault.invalidParameterCombination(
                "You can't specify RotateMasterUserPassword: the password of \(instance.identifier) is not managed. "
                    + "Turn on ManageMasterUserPassword first.")
        }
        try ManagedSecret.stage(credential, of: &instance, arn, &transaction, request)
    }
}
