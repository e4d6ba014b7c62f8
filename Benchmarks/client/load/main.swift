// The same load as libpq_load.c, through DatabaseClient: a task for each connection.
//
// usage: database-client-load URL point|feed MAXIMUM CLIENTS SECONDS plain|prepared [global]
//
// The tasks run on DatabaseExecutor, or with `global` on Swift's own executor. Prints transactions per second after one second of
// warming up.
import DatabaseClient
import Foundation
import Synchronization

enum Load: String {
    case point, feed

    func run(_ db: Database, _ number: Int) async throws -> String {
        switch self {
        case .point:
            try await db.first("SELECT abalance FROM pgbench_accounts WHERE aid = \(number)", as: String.self) ?? ""
        case .feed:
            try await db.jsonArray(
                """
                SELECT a.uuid, u.display_name, u.handle, a.message, a.likes_count, a.created_at FROM activities a \
                LEFT JOIN users u ON u.uuid = a.user_uuid WHERE a.id <= \(number) ORDER BY a.id DESC LIMIT 20
                """
            ).text
        }
    }
}

/// Cheap, as rand_r is: the system's generator would be a call of the kernel for each statement.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

final class Counter: Sendable {
    let counting = Atomic(false)
    let stopping = Atomic(false)
    let total = Atomic(0)
}

func measure(_ db: Database, _ load: Load, maximum: Int, clients: Int, seconds: Int) async throws -> Double {
    let counter = Counter()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<clients {
            group.addTask {
                var random = SplitMix(state: UInt64.random(in: 0...UInt64.max))
                var count = 0
                while !counter.stopping.load(ordering: .relaxed) {
                    let answer = try await load.run(db, Int.random(in: 1...maximum, using: &random))
                    precondition(!answer.isEmpty, "an empty answer")
                    if counter.counting.load(ordering: .relaxed) { count += 1 }
                }
                counter.total.add(count, ordering: .relaxed)
            }
        }
        try await Task.sleep(for: .seconds(1))
        let began = ContinuousClock.now
        counter.counting.store(true, ordering: .relaxed)
        try await Task.sleep(for: .seconds(seconds))
        counter.counting.store(false, ordering: .relaxed)
        let took = (ContinuousClock.now - began).components
        counter.stopping.store(true, ordering: .relaxed)
        try await group.waitForAll()
        return Double(counter.total.load(ordering: .relaxed)) / (Double(took.seconds) + Double(took.attoseconds) / 1e18)
    }
}

let words = CommandLine.arguments
guard words.count == 7 || words.count == 8 && words[7] == "global", let load = Load(rawValue: words[2]),
    let maximum = Int(words[3]), let clients = Int(words[4]), let seconds = Int(words[5])
else {
    FileHandle.standardError.write(
        Data("usage: database-client-load URL point|feed MAXIMUM CLIENTS SECONDS plain|prepared [global]\n".utf8))
    exit(64)
}
var configuration = try DatabaseConfiguration(url: words[1])
configuration.pool.maximum = clients
configuration.pool.overflow = 0
configuration.preparesStatements = words[6] == "prepared"
let database = try Database(configuration)
let work = { @Sendable in try await measure(database, load, maximum: maximum, clients: clients, seconds: seconds) }
print(try await words.count == 8 ? work() : withTaskExecutorPreference(DatabaseExecutor.shared) { try await work() })
await database.shutdown()
