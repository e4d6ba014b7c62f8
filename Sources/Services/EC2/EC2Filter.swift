internal import AWSWire

/// `Filter.N`: every filter must match, one of its values is enough; `*` and `?` are wildcards.
struct EC2Filter: Sendable, Equatable {
    var name: String
    var values: [String]

    /// - Parameter fields: what each filter name of the operation looks at; nil for a name AWS does not have.
    static func apply<Item>(
        _ items: [Item], _ request: Request, _ fields: (_ filter: String, _ item: Item) -> [String]?
    ) throws -> [Item] {
        let filters = try (request.call.parameters["Filter"]?.elements ?? []).map { try EC2Filter($0, request) }
        for filter in filters where items.contains(where: { fields(filter.name, $0) == nil }) {
            throw Fault.invalidParameterValue("The filter '\(filter.name.prefix(128))' is invalid")
        }
        return items.filter { item in
            filters.allSatisfy { filter in
                let candidates = fields(filter.name, item) ?? []
                return filter.values.contains { pattern in candidates.contains { Wildcard.matches($0, pattern) } }
            }
        }
    }

    private init(_ value: Parameters, _ request: Request) throws {
        guard let name = value["Name"]?.text, !name.isEmpty else { throw request.missing("Filter.Name") }
        self.name = name
        values = (value["Value"]?.elements ?? []).compactMap(\.text)
        guard values.count <= 200 else {
            throw Fault("FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200")
        }
    }
}

/// EC2's patterns.
enum Wildcard {
    /// Takes time in proportion to the product of the lengths, whatever the pattern.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text.utf8.prefix(512))
        let pattern = Array(pattern.utf8.prefix(512))
        var reachable = [Bool](repeating: false, count: text.count + 1)
        reachable[0] = true
        for symbol in pattern {
            var next = [Bool](repeating: false, count: text.count + 1)
            if symbol == UInt8(ascii: "*") {
                var open = false
                for index in reachable.indices {
                    open = open || reachable[index]
                    next[index] = open
                }
            } else {
                for index in text.indices where reachable[index] {
                    next[index + 1] = symbol == UInt8(ascii: "?") || symbol == text[index]
                }
            }
            reachable = next
        }
        return reachable[text.count]
    }
}

extension Request {
    /// `MaxResults` and `NextToken` applied to a list that does not change, with the node that carries the token of
    /// the next page.
    func ec2Page<Item>(_ items: [Item]) throws -> (items: [Item], token: [XMLNode]) {
        let page = try Paging.page(items, after: string("NextToken"), limit: ec2Limit())
        return (page.items, page.markerNodes("nextToken"))
    }

    /// The same for a list whose items come and go, ordered by `key`.
    func ec2Page<Item>(_ items: [Item], key: (Item) -> String) throws -> (items: [Item], token: [XMLNode]) {
        let ordered = items.sorted { key($0) < key($1) }
        let page = try Paging.page(ordered, after: string("NextToken"), limit: ec2Limit(), key: key)
        return (page.items, page.markerNodes("nextToken"))
    }

    private func ec2Limit() throws -> Int {
        let limit = try integer("MaxResults") ?? 1000
        guard (5...1000).contains(limit) else {
            throw Fault.invalidParameterValue(
                "Value ( \(limit) ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.")
        }
        return limit
    }
}

extension ParameterRule {
    static let ec2Filters = works("Filter")
    static let dryRun = works("DryRun", "Answers DryRunOperation, nothing else.")
    static let ec2Paging: [ParameterRule] = [works("MaxResults"), works("NextToken")]
}
