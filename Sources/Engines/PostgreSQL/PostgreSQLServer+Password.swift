import Foundation

extension PostgreSQLServer {
    /// A restored cluster knows its administrator by the password of the one that it was copied from. Gives it the one that is
    /// its own; may be repeated, and cut short at any instant.
    ///
    /// - Returns: false when there is no former password to get in with.
    func takeUpPassword(_ deadline: ContinuousClock.Instant) async throws -> Bool {
        guard let former = FileSystem.read(formerPasswordFile, limit: 1024) else { return false }
        let own = try password()
        let major = major
        try await BlockingPool.shared.run {
            let connection = try PostgreSQLConnection(
                .init(directory: data, database: "postgres", password: former, major: major), deadline: deadline)
            // As for a new cluster: 256 random bits need no iterations.
            let verifier = try SCRAMVerifier.make(password: own, iterations: 1)
            try connection.run(
                "ALTER ROLE rdsadmin PASSWORD \(SQLText.literal(verifier.description))", deadline: deadline)
            try TreeRemoval.remove(formerPasswordFile)
        }
        return true
    }
}
