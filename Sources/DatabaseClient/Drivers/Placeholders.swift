extension Connector {
    func connectMariaDB(_ credentials: DatabaseCredentials?) async throws(DatabaseError) -> any DriverConnection {
        throw .configuration("not yet")
    }
}
