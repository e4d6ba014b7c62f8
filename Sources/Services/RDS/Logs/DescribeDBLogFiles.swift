internal import AWSWire
internal import Resources

/// The log files of an instance, as they are on its disk now.
enum DescribeDBLogFiles: Operation {
    static let action = "DescribeDBLogFiles"
    static let note = "See docs/logs.md for the names."
    static let parameters: [ParameterRule] =
        [
            .works("DBInstanceIdentifier", "A name or an ARN."), .works("FilenameContains"),
            .works("FileLastWritten", "Milliseconds since the epoch: files written since then."),
            .works("FileSize", "Bytes: files larger than this."), .noFilters,
        ] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request, 1...1000, default: 1000)
        let part = try request.string("FilenameContains")
        let since = try request.long("FileLastWritten") ?? .min
        let size = try request.long("FileSize") ?? .min
        let instance = try request.instance(request.instanceIdentifier())
        let files = try await request.context.logs.logFiles(of: instance).filter { file in
            (part.map { file.name.contains($0) } ?? true) && file.lastWrittenMs >= since && file.sizeBytes > size
        }
        let page = try Paging.page(files, after: request.string("Marker"), limit: limit) { $0.name }
        let token = page.markerNodes()
        return .xml(token + [.element("DescribeDBLogFiles", page.items.map(node))])
    }

    private static func node(_ file: DBLogFile) -> XMLNode {
        .element(
            "DescribeDBLogFilesDetails",
            [
                .text("LogFileName", file.name), .text("LastWritten", Int(file.lastWrittenMs)),
                .text("Size", Int(file.sizeBytes)),
            ])
    }
}

extension Request {
    /// A whole number that cannot be negative.
    fileprivate func long(_ name: String) throws -> Int64? {
        guard let number = try integer(name) else { return nil }
        guard number >= 0 else { throw malformed(name, "must not be negative; it is \(number)") }
        return Int64(number)
    }
}
