import Resources

/// What a server has written to its logs since a moment before it was started.
struct LogGrowth {
    private let logs: LogDirectory
    private let before: [DBLogFile]
    private static let partLimit = 32 << 10

    init(_ logs: LogDirectory) throws(EngineError) {
        self.logs = logs
        before = try logs.files()
    }

    /// The ends of all files that have grown, in the order of their last lines.
    func text() throws(EngineError) -> String {
        let sizes = Dictionary(before.map { ($0.id, $0.sizeBytes) }, uniquingKeysWith: { $1 })
        var parts = ""
        for file in try logs.files().sorted(by: { $0.lastWrittenMs < $1.lastWrittenMs }) {
            let known = sizes[file.id] ?? 0
            let start = max(known <= file.sizeBytes ? known : 0, file.sizeBytes - Int64(Self.partLimit))
            guard start < file.sizeBytes, let bytes = try logs.read(file, from: start, count: Self.partLimit) else { continue }
            parts += String(decoding: bytes, as: UTF8.self)
        }
        return parts
    }
}
