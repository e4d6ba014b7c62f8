internal import AWSWire
internal import Resources

/// Reads portions of one log of an instance, and follows it when its file is turned over.
struct LogReader: Sendable {
    struct Portion: Sendable, Equatable {
        var bytes: [UInt8]
        var marker: LogMarker
        /// There is more already.
        var isMore: Bool
    }

    /// A file that was renamed between looking and reading is looked for again; that cannot go on for long.
    private static let attempts = 5

    let shelf: any DBLogShelf
    let instance: DBInstance
    /// `LogFileName`
    let name: String

    private struct Moved: Error {}

    /// The last lines of the log.
    func tail(lines: Int) async throws -> Portion {
        try await again { files in
            let file = try current(files)
            let start = max(0, file.sizeBytes - Int64(LogCut.portionBytes))
            let bytes = try await read(file, start, count: Int(file.sizeBytes - start))
            let left = LogCut.backward(bytes[...], isStart: start == 0, lines: lines)
            let kept = bytes.count - LogCut.unfinished(bytes[...])
            let end = kept > left ? kept : bytes.count
            let marker = LogMarker(file: file.id, offset: start + Int64(end), sum: LogMarker.sum(bytes[..<end]))
            return Portion(bytes: Array(bytes[left..<end]), marker: marker, isMore: end < bytes.count)
        }
    }

    /// The lines from the beginning on.
    func first(lines: Int) async throws -> Portion {
        try await again { files in
            let file = try current(files)
            return try await portion(from: .start(of: file), in: [file], lines: lines)
        }
    }

    /// The lines after a former portion.
    func next(after marker: LogMarker, lines: Int) async throws -> Portion {
        try await again { files in
            let series = series(files)
            guard let oldest = series.first else { throw notFound }
            guard let known = series.firstIndex(where: { $0.id == marker.file }) else {
                // It has been deleted: everything that is left is newer.
                return try await portion(from: .start(of: oldest), in: series[...], lines: lines)
            }
            let isSame = try await stands(marker, in: series[known])
            return try await portion(from: isSame ? marker : .start(of: series[known]), in: series[known...], lines: lines)
        }
    }

    /// The files that were written under the name, oldest first; one that was turned over stands for itself alone.
    private func series(_ files: [DBLogFile]) -> [DBLogFile] {
        LogFileName(name).isTurnedOver ? files.filter { $0.name == name } : files.series(of: name)
    }

    /// The file of that name; the one before it, in the moment when it has been turned over and is not there again yet.
    private func current(_ files: [DBLogFile]) throws -> DBLogFile {
        guard let file = series(files).last else { throw notFound }
        return file
    }

    private var notFound: Fault { RDSFault.logFileNotFound(name) }

    private func again(_ look: ([DBLogFile]) async throws -> Portion) async throws -> Portion {
        for _ in 0..<Self.attempts {
            do { return try await look(try await shelf.logFiles(of: instance)) } catch is Moved { continue }
        }
        throw notFound
    }

    private func read(_ file: DBLogFile, _ offset: Int64, count: Int) async throws -> [UInt8] {
        guard let bytes = try await shelf.read(file, of: instance, from: offset, count: count) else { throw Moved() }
        return bytes
    }

    /// What was read before is still there.
    private func stands(_ marker: LogMarker, in file: DBLogFile) async throws -> Bool {
        let count = min(marker.offset, Int64(LogMarker.contextBytes))
        let before = try await read(file, marker.offset - count, count: Int(count))
        return before.count == Int(count) && LogMarker.sum(before) == marker.sum
    }

    /// A portion that begins at the marker, which is in the first of the files; the others follow it.
    private func portion(from marker: LogMarker, in files: ArraySlice<DBLogFile>, lines: Int) async throws -> Portion {
        var marker = marker
        for (place, file) in files.enumerated() {
            let isLast = place == files.count - 1
            let before = Int(min(marker.offset, Int64(LogMarker.contextBytes)))
            // One byte more than goes out, to see whether there is more.
            let read = try await read(
                file, marker.offset - Int64(before), count: before + LogCut.portionBytes + 1)
            let fresh = read.dropFirst(before).prefix(LogCut.portionBytes)
            let isEnd = read.count <= before + LogCut.portionBytes
            let kept = LogCut.forward(fresh, isEnd: isEnd, lines: lines)
            marker.offset += Int64(kept)
            marker.sum = LogMarker.sum(read[..<(before + kept)])
            if kept > 0 || isLast {
                let isMore = kept < fresh.count || !isEnd || !isLast
                return Portion(bytes: Array(fresh.prefix(kept)), marker: marker, isMore: isMore)
            }
            marker = .start(of: files[files.startIndex + place + 1])
        }
        throw notFound
    }
}

extension LogMarker {
    fileprivate static func start(of file: DBLogFile) -> LogMarker {
        LogMarker(file: file.id, offset: 0, sum: sum([]))
    }
}
