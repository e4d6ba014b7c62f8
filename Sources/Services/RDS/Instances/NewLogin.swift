internal import AWSWire
internal import Resources

/// The master user of a new instance: the password given, or one that Secrets Manager is to keep.
struct NewLogin: Sendable {
    let username: String
    /// What the server needs to check the password.
    let verifier: String
    /// The password in plain text, for the managed secret only; nil when the caller knows it.
    let managedPassword: String?
    /// The KMS key that is to seal it; nil for the default.
    let secretKeyName: String?

    init(_ request: Request, _ engine: EngineTraits) throws {
        let given = try request.string("MasterUserPassword")
        let isManaged = try request.boolean("ManageMasterUserPassword") ?? false
        username = try MasterUser.username(request.string("MasterUsername"), engine)
        guard !isManaged || given == nil else { throw Self.bothGiven }
        let password = isManaged ? request.context.random.masterPassword() : try MasterUser.password(given, engine)
        verifier = try request.context.catalog.passwordVerifier(engine: engine.name, password: password)
        managedPassword = isManaged ? password : nil
        secretKeyName = try request.string("MasterUserSecretKmsKeyId")
        guard isManaged || secretKeyName == nil else { throw Self.keyWithoutSecret }
    }

    static let keyWithoutSecret = Fault.invalidParameterCombination(
        "You can't specify MasterUserSecretKmsKeyId unless ManageMasterUserPassword is turned on.")

    static let bothGiven = Fault.invalidParameterCombination(
        "You can't specify MasterUserPassword when ManageMasterUserPassword is turned on. Leave one of them out.")
}
