public import DatabaseClient

extension Database {
    /// Closes the database after `body`, whatever comes of it.
    public func closing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            await shutdown()
            return value
        } catch {
            await shutdown()
            throw error
        }
    }
}
