public import Resources

/// Makes passwords for master users.
public struct MasterPasswords: Sendable {
    private let catalog: any EngineCatalog
    private let random: RandomSource

    public init(catalog: any EngineCatalog, random: RandomSource = .system) {
        self.catalog = catalog
        self.random = random
    }

    /// A new password with its verifier; slow on purpose.
    public func fresh(engine: String) throws -> FreshCredential {
        let password = random.masterPassword()
        return FreshCredential(
            password: password, verifier: try catalog.passwordVerifier(engine: engine, password: password))
    }
}

extension ServiceContext {
    /// The instance whose master password a secret keeps.
    func managedInstance(of secret: Secret) -> DBInstance? {
        store.list(DBInstance.self, region: secret.region).first { $0.master.secretARN == secret.arn }
    }
}
