/// The logs of one instance, through the same API that AWS's clients use.
struct InstanceLogsClient {
    struct File: Codable, Sendable, Equatable {
        var name: String
        var sizeBytes: Int
        /// Milliseconds since the epoch.
        var lastWrittenMs: Int
    }

    struct Portion: Sendable, Equatable {
        var text: String
        var marker: String
        var isMore: Bool
    }

    let client: ControlPlaneClient
    let instance: String

    func files() async throws -> [File] {
        var files: [File] = []
        var marker: String?
        repeat {
            let answer = try await client.rds(
                "DescribeDBLogFiles",
                [("DBInstanceIdentifier", instance)] + (marker.map { [("Marker", $0)] } ?? []))
            files += (answer["DescribeDBLogFiles"]?.children ?? []).compactMap(File.init)
            marker = answer.text("Marker")
        } while marker != nil
        return files
    }

    /// - Parameters:
    ///   - marker: nil for the end of the file, "0" for its beginning.
    ///   - lines: nil for as many as there can be.
    func portion(_ file: String, after marker: String?, lines: Int? = nil) async throws -> Portion {
        var query = [("DBInstanceIdentifier", instance), ("LogFileName", file)]
        if let marker { query.append(("Marker", marker)) }
        if let lines { query.append(("NumberOfLines", String(lines))) }
        let answer = try await client.rds("DownloadDBLogFilePortion", query.map { (name: $0.0, value: $0.1) })
        guard let text = answer.text("LogFileData"), let next = answer.text("Marker") else {
            throw InstallationError("the control plane's answer has no LogFileData")
        }
        return Portion(text: text, marker: next, isMore: answer.text("AdditionalDataPending") == "true")
    }
}

extension InstanceLogsClient.File {
    fileprivate init?(_ node: AnswerTree) {
        guard let name = node.text("LogFileName"), let size = node.text("Size").flatMap({ Int($0) }),
            let written = node.text("LastWritten").flatMap({ Int($0) })
        else { return nil }
        self.init(name: name, sizeBytes: size, lastWrittenMs: written)
    }
}
