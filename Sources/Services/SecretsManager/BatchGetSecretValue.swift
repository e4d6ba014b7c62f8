internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// The current values of several secrets; what cannot be read is told beside them.
enum BatchGetSecretValue: Operation {
    static let limit = 20

    static let action = "BatchGetSecretValue"
    static let parameters: [ParameterRule] = [
        .works("SecretIdList", "Up to 20 names or ARNs; or Filters."), .works("Filters"),
        .works("MaxResults", "With Filters; 1 to 20."), .works("NextToken"),
    ]

    private struct Problem: Encodable {
        var SecretId: String
        var ErrorCode: String
        var Message: String
    }

    private struct Output: Encodable {
        var SecretValues: [SecretValueEntry] = []
        var NextToken: String?
        var Errors: [Problem] = []
    }

    static func run(_ request: Request) async throws -> Answer {
        var output = Output()
        var read: [(Secret, Secret.Version)] = []
        let page = try wanted(request)
        output.NextToken = page.marker
        for id in page.items {
            do {
                guard let secret = request.find(id, request.context.store) else { throw SecretsManagerFault.notFound }
                guard secret.deletionAt == nil else { throw SecretsManagerFault.deleted }
                let version = try GetSecretValue.version(of: secret, id: nil, stage: nil)
                let value = try request.open(version, of: secret, in: request.context.store)
                output.SecretValues.append(SecretValueEntry(secret, version, value))
                read.append((secret, version))
            } catch let fault as Fault {
                output.Errors.append(Problem(SecretId: id, ErrorCode: fault.code, Message: fault.message))
            }
        }
        try await SecretAccess.note(read.map { (secret: $0.0, version: $0.1) }, request)
        return try .encoding(output)
    }

    private static func wanted(_ request: Request) throws -> Page<String> {
        let ids = try request.strings("SecretIdList")
        let hasFilters = request.call.parameters["Filters"]?.names.isEmpty == false
        guard (ids != nil) != hasFilters else {
            throw SecretsManagerFault.invalidParameter("You must include Filters or SecretIdList, but not both.")
        }
        let asked = try request.integer("MaxResults")
        guard let ids else {
            let size = asked ?? limit
            guard (1...limit).contains(size) else {
                throw SecretsManagerFault.invalidParameter("MaxResults must be between 1 and \(limit); it is \(size).")
            }
            let found = try SecretFilter.matching(request).sorted { $0.name < $1.name }.map(\.arn)
            return try Paging.page(found, after: request.string("NextToken"), limit: size)
        }
        guard asked == nil else {
            throw SecretsManagerFault.invalidParameter("To use MaxResults, you must also use Filters.")
        }
        guard (1...limit).contains(ids.count) else {
            throw SecretsManagerFault.invalidParameter("SecretIdList takes 1 to \(limit) secrets; it has \(ids.count).")
        }
        return Page(items: ids, marker: nil)
    }
}
