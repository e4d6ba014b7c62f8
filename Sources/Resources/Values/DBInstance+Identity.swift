extension DBInstance.Spec {
    public var usesIAMAuthentication: Bool { iamAuthentication ?? false }
}
