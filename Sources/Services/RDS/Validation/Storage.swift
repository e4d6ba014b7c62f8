internal import AWSWire

/// Size, type and speed of an instance's storage, and the rules between them (RDS user guide, "DB instance storage";
/// figures for PostgreSQL, MariaDB and MySQL).
struct Storage: Sendable, Equatable {
    var type: String
    /// GiB.
    var size: Int
    /// The limit of autoscaling in GiB; nil while it is off.
    var maximum: Int?
    var iops: Int?
    /// MiB/s, gp3 only.
    var throughput: Int?

    /// A storage type's limits.
    struct Kind: Sendable {
        var name: String
        /// GiB.
        var sizes: ClosedRange<Int>
        /// Provisioned I/O operations per second, where they can be chosen.
        var iops: ClosedRange<Int>?
        /// The most I/O operations per second for each GiB.
        var maximumIopsPerGiB: Int?
    }

    static let kinds: [Kind] = [
        Kind(name: "gp2", sizes: 20...65_536),
        Kind(name: "gp3", sizes: 20...65_536, iops: 12_000...64_000, maximumIopsPerGiB: 500),
        Kind(name: "io1", sizes: 100...65_536, iops: 1_000...256_000, maximumIopsPerGiB: 50),
        Kind(name: "io2", sizes: 100...65_536, iops: 1_000...256_000, maximumIopsPerGiB: 1_000),
        Kind(name: "standard", sizes: 5...3_072),
    ]

    /// Below this size gp3 has its baseline speed and no other.
    static let smallestTunableGP3 = 400
    static let throughputs = 500...4_000

    func check(engine: String) throws {
        guard let kind = Self.kinds.first(where: { $0.name == type }) else {
            throw Fault.invalidParameterValue(
                "Invalid storage type: \(type.prefix(32)). The parameter StorageType can be: "
                    + Self.kinds.map(\.name).joined(separator: ", ") + ".")
        }
        guard kind.sizes.contains(size) else {
            throw Fault.invalidParameterCombination(
                "Invalid storage size for engine name \(engine) and storage type \(type): \(size). The parameter "
                    + "AllocatedStorage must be between \(kind.sizes.lowerBound) and \(kind.sizes.upperBound) GiB.")
        }
        try checkMaximum(kind, engine)
        try checkIops(kind, engine)
        try checkThroughput(engine)
    }

    private func checkMaximum(_ kind: Kind, _ engine: String) throws {
        guard let maximum else { return }
        guard maximum > size else {
            throw Fault.invalidParameterCombination(
                "Max storage size must be greater than storage size: MaxAllocatedStorage is \(maximum), "
                    + "AllocatedStorage \(size).")
        }
        guard maximum <= kind.sizes.upperBound else {
            throw Fault.invalidParameterCombination(
                "Invalid max storage size for engine name \(engine) and storage type \(type): \(maximum). The parameter "
                    + "MaxAllocatedStorage must be at most \(kind.sizes.upperBound) GiB.")
        }
    }

    private func checkIops(_ kind: Kind, _ engine: String) throws {
        guard let allowed = kind.iops, let perGiB = kind.maximumIopsPerGiB else {
            guard iops == nil else {
                throw Fault.invalidParameterCombination(
                    "The parameter Iops cannot be used with storage type \(type); use io1, io2 or gp3.")
            }
            return
        }
        guard let iops else {
            guard type == "gp3" else {
                throw Fault.invalidParameterCombination("The parameter Iops must be provided with storage type \(type).")
            }
            return
        }
        try checkTunable(engine)
        guard allowed.contains(iops), iops <= perGiB * size else {
            throw Fault.invalidParameterCombination(
                "Invalid iops for engine name \(engine) and storage type \(type): \(iops). The parameter Iops must be "
                    + "between \(allowed.lowerBound) and \(allowed.upperBound), and at most \(perGiB) for each GiB.")
        }
    }

    private func checkThroughput(_ engine: String) throws {
        guard let throughput else { return }
        guard type == "gp3" else {
            throw Fault.invalidParameterCombination(
                "The parameter StorageThroughput cannot be used with storage type \(type); use gp3.")
        }
        try checkTunable(engine)
        guard Self.throughputs.contains(throughput), throughput * 4 <= iops ?? 12_000 else {
            throw Fault.invalidParameterCombination(
                "Invalid storage throughput for engine name \(engine) and storage type gp3: \(throughput). The parameter "
                    + "StorageThroughput must be between 500 and 4000 MiB/s, and at most a quarter of Iops.")
        }
    }

    private func checkTunable(_ engine: String) throws {
        guard type == "gp3", size < Self.smallestTunableGP3 else { return }
        throw Fault.invalidParameterCombination(
            "You can't specify IOPS or storage throughput for engine \(engine) and a storage size less than "
                + "\(Self.smallestTunableGP3).")
    }
}
