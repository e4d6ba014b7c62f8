// An app that uses DatabaseClient, driven line by line by Tests/Integration/Scenarios/database_client.py.
//
// usage: database-client-check URL password|secret:ID|iam:USER fresh|pooled
//
// `fresh` logs in for each statement. Commands come by standard input, one a line; each has one line for an answer.
import DatabaseClient
import Foundation

let words = CommandLine.arguments
guard words.count == 4 else {
    FileHandle.standardError.write(Data("usage: database-client-check URL password|secret:ID|iam:USER fresh|pooled\n".utf8))
    exit(64)
}

func configured() throws -> DatabaseConfiguration {
    var configuration = try DatabaseConfiguration(url: words[1])
    configuration.pool.acquireTimeout = .seconds(60)
    if words[3] == "fresh" { configuration.pool.lifetime = .milliseconds(1) }
    let login = words[2].split(separator: ":", maxSplits: 1).map(String.init)
    let region = ProcessInfo.processInfo.environment["AWS_DEFAULT_REGION"] ?? "us-east-1"
    switch login[0] {
    case "secret": configuration.credentials = SecretsManagerCredentials(secretID: login[1], keys: try AWSKeys(), region: region)
    case "iam": configuration.credentials = IAMCredentials(user: login[1], keys: try AWSKeys(), region: region)
    default: break
    }
    return configuration
}

/// Starts a statement that takes a minute, waits until the server shows it, cancels, and waits until the server shows it no more.
func cancelOne(_ db: Database) async throws -> String {
    let isPostgreSQL = db.engine == .postgresql
    let sleep: SQL = isPostgreSQL ? "SELECT pg_sleep(60), 'cancel me'" : "SELECT SLEEP(60), 'cancel me'"
    let look: SQL =
        isPostgreSQL
        ? "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
        : "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"
    let task = Task { try await db.query(sleep) }
    while try await db.first(look, as: Int.self) != 1 { try await Task.sleep(for: .milliseconds(20)) }
    task.cancel()
    // MySQL's SLEEP answers 1 when it is killed, and has no error.
    do { _ = try await task.value } catch is CancellationError {}
    while try await db.first(look, as: Int.self) != 0 { try await Task.sleep(for: .milliseconds(20)) }
    return "cancelled"
}

func answer(_ command: String, _ db: Database, _ writers: Writers) async throws -> String {
    switch command {
    case "user":
        let sql: SQL = db.engine == .postgresql ? "SELECT current_user::text" : "SELECT substring_index(current_user(), '@', 1)"
        return try await db.first(sql, as: String.self) ?? "nobody"
    case "cancel": return try await cancelOne(db)
    case "write":
        try await writers.start(8)
        return "writing"
    case "count": return "\(writers.acknowledged)"
    case "stop": return try await writers.stop()
    default: return "unknown command"
    }
}

do {
    let db = try Database(configured())
    let writers = Writers(db)
    while let command = readLine() {
        do {
            print(try await answer(command, db, writers))
        } catch {
            print("error: \(error)")
        }
        fflush(nil)
    }
    // Whoever drives this may have been killed while rows are being written.
    await writers.end()
    await db.shutdown()
} catch {
    print("error: \(error)")
}
