import DatabaseClient

/// A cancelled task cancels its statement on the server.
func cancellation(_ db: Database) async throws {
    let task = Task { try await db.query("SELECT count(*) FROM tour_people a, tour_people b, tour_people c") }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    do { _ = try await task.value } catch is CancellationError { print("cancelled on the server") }
}
