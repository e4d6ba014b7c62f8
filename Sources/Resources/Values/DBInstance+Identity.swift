extension DBInstance.Spec {
    public var usesIAMAuthentication: Bool { iamAuthentication ?? false }

    /// `rds.force_ssl` as RDS sets it by default: on from PostgreSQL 15 (user guide, "Using SSL with a PostgreSQL DB instance").
    public var forcesTLS: Bool {
        engine == "postgres" && (EngineVersion.numbers(engineVersion).first ?? 0) >= 15
    }
}
