extension EngineRegistry {
    /// Ends what works on clusters that belong to nobody: makers of warm ones, and servers that were asked a question, which a
    /// killed control plane has left.
    public func endPoolWork() async throws {
        let pool = "\(host.directory)/pool"
        guard FileSystem.isDirectory(pool) else { return }
        let programs = PostgreSQLServer.holders.programs.union(MariaDBServer.holders.programs)
        try await DirectoryHolders(programs: programs).clear(pool, patience: .seconds(1))
    }
}
