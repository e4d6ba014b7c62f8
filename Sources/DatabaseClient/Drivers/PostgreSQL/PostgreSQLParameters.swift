internal import CLibPQ
internal import Foundation

/// Values on their way to PostgreSQL: as text whose type the server infers, bytes in binary.
enum PostgreSQLParameters {
    private static let bytea: Oid = 17

    static func send(
        _ statement: RenderedSQL, _ use: StatementCache.Use, on connection: OpaquePointer
    ) throws(DriverFailure) -> Int32 {
        if statement.values.isEmpty { return send(statement.text, use, [], [], [], [], on: connection) }
        var storage: [UInt8] = []
        var offsets: [Int] = []
        var lengths: [Int32] = []
        var formats: [Int32] = []
        for value in statement.values {
            let start = storage.count
            try append(value, to: &storage)
            var isBytes = false
            if case .bytes = value { isBytes = true }
            offsets.append(value == .null ? -1 : start)
            lengths.append(try length(storage.count - start))
            formats.append(isBytes ? 1 : 0)
            storage.append(0)
        }
        let types = types(of: statement.values)
        return storage.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = offsets.map { $0 < 0 ? nil : base?.advanced(by: $0) }
            return send(statement.text, use, pointers, lengths, formats, types, on: connection)
        }
    }

    /// As the protocol counts bytes.
    static func length(_ bytes: Int) throws(DriverFailure) -> Int32 {
        guard let length = Int32(exactly: bytes) else {
            throw .invalid(.misuse("PostgreSQL takes less than 2 GiB at once; this has \(bytes) bytes."))
        }
        return length
    }

    /// 0 where the server infers the type.
    static func types(of values: [SQLValue]) -> [Oid] {
        values.map { if case .bytes = $0 { bytea } else { 0 } }
    }

    private static func send(
        _ text: String, _ use: StatementCache.Use, _ values: [UnsafePointer<CChar>?], _ lengths: [Int32], _ formats: [Int32],
        _ types: [Oid], on connection: OpaquePointer
    ) -> Int32 {
        let count = Int32(values.count)
        switch use {
        case .plain: return PQsendQueryParams(connection, text, count, types, values, lengths, formats, 0)
        case .prepare(let name), .prepared(let name):
            return PQsendQueryPrepared(connection, name, count, values, lengths, formats, 0)
        }
    }

    static func append(_ value: SQLValue, to storage: inout [UInt8]) throws(DriverFailure) {
        switch value {
        case .null: break
        case .bool(let flag): storage.append(UInt8(ascii: flag ? "t" : "f"))
        case .int(let number): storage.append(contentsOf: String(number).utf8)
        case .double(let number): storage.append(contentsOf: text(number).utf8)
        case .text(let text):
            guard !text.utf8.contains(0) else { throw .invalid(.misuse("PostgreSQL's text cannot hold a zero byte.")) }
            storage.append(contentsOf: text.utf8)
        case .bytes(let bytes): storage.append(contentsOf: bytes)
        case .instant(let date): storage.append(contentsOf: (Timestamp.text(date, digits: 6) + "+00").utf8)
        }
    }

    /// As PostgreSQL reads what is not finite.
    private static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        return number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : String(number)
    }
}
