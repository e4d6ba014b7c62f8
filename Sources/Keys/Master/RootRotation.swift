public import Resources

extension KeyRing {
    /// Wraps all material by the current root, in one transaction; the former root can go afterwards. May be repeated.
    public func rewrapAll(in store: Store) async throws {
        try await store.write { [self] tx in
            for key in tx.list(KMSKey.self, region: nil) {
                let versions = try key.versions.map { try rewrapped($0, of: key) }
                try tx.update(KMSKey.self, region: key.region, id: key.id) { $0.versions = versions }
            }
        }
        try await store.emptyLog()
    }
}
