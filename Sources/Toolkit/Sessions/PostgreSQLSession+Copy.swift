internal import CLibPQ
internal import Foundation

extension PostgreSQLSession {
    /// Runs `COPY … FROM STDIN`; `source` writes the data through the closure it is given.
    ///
    /// When `source` throws, the server is told so and keeps nothing of it; its error is thrown on.
    @discardableResult
    public func copyIn(_ statement: String, _ source: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws -> Outcome
    {
        let begun = PQexec(connection, statement)
        defer { PQclear(begun) }
        guard PQresultStatus(begun) == PGRES_COPY_IN else {
            _ = try outcome(begun)
            throw SQLFailure("the server did not ask for the data of COPY")
        }
        do {
            try source { try put($0) }
        } catch {
            // What is answered to our own refusal says nothing new.
            _ = PQputCopyEnd(connection, "stopped by martlet")
            drain()
            throw error
        }
        guard PQputCopyEnd(connection, nil) == 1 else { throw failure(nil) }
        let ended = PQgetResult(connection)
        defer { PQclear(ended) }
        defer { drain() }
        return try outcome(ended)
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        let sent = PQputCopyData(connection, start.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        guard sent == 1 else { throw failure(nil) }
    }

    /// Begins `COPY … TO STDOUT`; `nextCopyLine` must be asked until it says that there is no more.
    func beginCopyOut(_ statement: String) throws {
        let begun = PQexec(connection, statement)
        defer { PQclear(begun) }
        guard PQresultStatus(begun) == PGRES_COPY_OUT else {
            _ = try outcome(begun)
            throw SQLFailure("the server sends no data for COPY")
        }
    }

    /// Adds the next row as a line of COPY's text format, with its newline; false at the end.
    func nextCopyLine(into lines: inout [UInt8]) throws -> Bool {
        var buffer: UnsafeMutablePointer<CChar>?
        let count = PQgetCopyData(connection, &buffer, 0)
        if count > 0 {
            lines.append(contentsOf: UnsafeRawBufferPointer(start: buffer, count: Int(count)))
            PQfreemem(buffer)
            return true
        }
        let ended = PQgetResult(connection)
        defer { PQclear(ended) }
        defer { drain() }
        _ = try outcome(ended)
        return false
    }

    /// Reads away what is still to come of the last command.
    private func drain() {
        while let result = PQgetResult(connection) {
            let goesOn = PQresultStatus(result) == PGRES_COPY_IN || PQresultStatus(result) == PGRES_COPY_OUT
            PQclear(result)
            if goesOn { return }
        }
    }
}
