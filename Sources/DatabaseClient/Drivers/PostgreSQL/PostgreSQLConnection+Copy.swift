internal import CLibPQ

extension PostgreSQLConnection {
    /// COPY … FROM STDIN in text form.
    func insert(_ rows: BulkRows, _ limits: StatementLimits) async throws(DriverFailure) -> Int {
        let text = "COPY \(try rows.target(for: .postgresql)) FROM STDIN"
        var wait = PostgreSQLWait(self, limits)
        try wait.begin()
        guard PQsendQuery(pointer, text) == 1 else { throw lost(wasSent: false) }
        guard let begun = try await wait.nextResult() else { throw lost(wasSent: true) }
        guard PQresultStatus(begun.pointer) == PGRES_COPY_IN else {
            _ = try await collect(&wait)
            throw wait.meaning(of: begun.error())
        }
        do {
            try await send(rows, &wait)
        } catch {
            _ = PQputCopyEnd(pointer, "the rows could not be read")
            do { _ = try await collect(&wait) } catch {}
            throw error
        }
        guard PQputCopyEnd(pointer, nil) == 1 else { throw lost(wasSent: true) }
        return try await collect(&wait).affectedRows
    }

    private static let chunkBytes = 64 * 1024

    private func send(_ rows: BulkRows, _ wait: inout PostgreSQLWait) async throws(DriverFailure) {
        var chunk: [UInt8] = []
        var isOver = false
        while !isOver {
            while chunk.count < Self.chunkBytes {
                guard let row = try await rows.next() else {
                    isOver = true
                    break
                }
                try PostgreSQLCopyText.append(row, to: &chunk)
            }
            let length = try PostgreSQLParameters.length(chunk.count)
            let status = chunk.withUnsafeBytes { bytes in
                PQputCopyData(pointer, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), length)
            }
            guard status >= 0 else { throw lost(wasSent: true) }
            try await wait.flush()
            chunk.removeAll(keepingCapacity: true)
        }
    }
}

/// Rows in COPY's text form: tabs between columns, `\N` for NULL.
enum PostgreSQLCopyText {
    static func append(_ row: [SQLValue], to text: inout [UInt8]) throws(DriverFailure) {
        for (index, value) in row.enumerated() {
            if index > 0 { text.append(UInt8(ascii: "\t")) }
            if value == .null { text += "\\N".utf8 } else { try append(value, to: &text) }
        }
        text.append(UInt8(ascii: "\n"))
    }

    private static func append(_ value: SQLValue, to text: inout [UInt8]) throws(DriverFailure) {
        if case .bytes(let bytes) = value {
            text += "\\\\x".utf8
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
            return
        }
        var plain: [UInt8] = []
        try PostgreSQLParameters.append(value, to: &plain)
        for byte in plain {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\".utf8
            case UInt8(ascii: "\t"): text += "\\t".utf8
            case UInt8(ascii: "\n"): text += "\\n".utf8
            case UInt8(ascii: "\r"): text += "\\r".utf8
            default: text.append(byte)
            }
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
