extension PostgreSQLEngine {
    public var wire: EngineWire { .postgres }
    public var administrator: String { "rdsadmin" }

    public func passwordVerifier(_ password: String) throws -> String {
        try SCRAMVerifier.make(password: password).description
    }
}
