import DatabaseClient
import Foundation

// The notes' switch in one call: production by environment alone, SQLite otherwise.
var configuration = try DatabaseConfiguration.fromEnvironment(databaseName: "tour")
configuration.pool.maximum = 5
configuration.pool.overflow = 10
configuration.pool.acquireTimeout = .seconds(30)

let db = try Database(configuration)
do {
    try await queries(db)
    try await decoding(db)
    try await json(db)
    try await transactions(db)
    try await bulk(db)
    try await reading(db)
    try await cancellation(db)
    try await errors(db)
    try await db.execute("DROP TABLE tour_people")
    await db.shutdown()
    print("The tour is over: everything worked on \(db.engine).")
} catch {
    print("\(error)")
    await db.shutdown()
    exit(1)
}
