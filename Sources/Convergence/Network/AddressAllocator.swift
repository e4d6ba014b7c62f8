internal import Foundation
internal import Resources

/// Finds and reserves a free loopback address for an endpoint.
struct AddressAllocator: Sendable {
    var range: LoopbackRange
    var store: Store

    /// Reserves an address on which `port` can be listened on, in one transaction with the instance.
    ///
    /// - Throws: `AddressError.noneFree`.
    func allocate(for instance: DBInstance) async throws -> String {
        let taken = Set(store.list(EndpointAddress.self).map(\.address))
        for address in range.candidates(for: instance.id) where !taken.contains(address) {
            guard PortProbe.isFree(address: address, port: instance.spec.port) else { continue }
            do {
                return try await reserve(address, instance)
            } catch StoreError.nameTaken {
                continue
            }
        }
        throw AddressError.noneFree(range: range.description, port: instance.spec.port)
    }

    private func reserve(_ address: String, _ instance: DBInstance) async throws -> String {
        try await store.write { [region = instance.region, id = instance.id] tx in
            try tx.insert(EndpointAddress(address: address, owner: id))
            for former in tx.list(EndpointAddress.self) where former.owner == id && former.address != address {
                try tx.delete(EndpointAddress.self, region: Region.global, id: former.id)
            }
            try tx.update(DBInstance.self, region: region, id: id) { $0.address = address }
            return address
        }
    }
}
