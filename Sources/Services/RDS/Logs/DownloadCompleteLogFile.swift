internal import AWSWire
internal import Resources

/// `GET /v13/downloadCompleteLogFile/…`: a whole log file as it is now, which no SDK has an operation for.
///
/// Not in the table of operations, as AWS's model does not have it.
enum DownloadCompleteLogFile {
    private static let chunkBytes = 256 << 10

    static func run(_ request: Request) async throws -> Answer {
        for name in request.call.parameters.names where !["DBInstanceIdentifier", "LogFileName"].contains(name) {
            throw Fault(
                AWSService.rds.unknownParameterCode,
                "The parameter \(name.prefix(128)) is not recognized: a request for a complete log file has none.")
        }
        let name = try request.required("LogFileName")
        let instance = try request.instance(request.instanceIdentifier())
        let shelf = request.context.logs
        guard let file = try await shelf.logFiles(of: instance).first(where: { $0.name == name }) else {
            throw RDSFault.logFileNotFound(name)
        }
        return .stream(
            StreamedBody(contentType: "text/plain", byteCount: file.sizeBytes) { offset in
                try await bytes(of: file, instance, shelf, from: offset)
            })
    }

    /// Follows a file that is turned over meanwhile; nothing once it has been deleted.
    private static func bytes(
        of file: DBLogFile, _ instance: DBInstance, _ shelf: any DBLogShelf, from offset: Int64
    ) async throws -> [UInt8] {
        if let bytes = try await shelf.read(file, of: instance, from: offset, count: chunkBytes) { return bytes }
        guard let moved = try await shelf.logFiles(of: instance).first(where: { $0.id == file.id }) else { return [] }
        return try await shelf.read(moved, of: instance, from: offset, count: chunkBytes) ?? []
    }
}
