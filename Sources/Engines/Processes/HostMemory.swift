/// What the machine can still give.
enum HostMemory {
    /// Of the memory that is available, a server's fixed part may take so many per cent.
    static let usablePercent = 80

    /// `MemAvailable` of `/proc/meminfo`, in bytes; nil where there is no such line.
    static func availableBytes(_ meminfo: String) -> Int? {
        for line in meminfo.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        return nil
    }

    /// - Throws: `EngineError.outOfMemory` when `neededBytes` is more than `usablePercent` of what is available.
    static func check(neededBytes: Int, availableBytes: Int, what: String) throws(EngineError) {
        guard neededBytes > availableBytes / 100 * usablePercent else { return }
        throw .outOfMemory(
            what: "\(what) needs \(neededBytes >> 20) MiB, and \(availableBytes >> 20) MiB are available on this host")
    }

    static func availableBytes() -> Int? { FileSystem.read("/proc/meminfo").flatMap(availableBytes) }
}
