extension PostgreSQLEngine {
    public var wire: EngineWire { .postgres }
    public var administrator: String { "rdsadmin" }
}
