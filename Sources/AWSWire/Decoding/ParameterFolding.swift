extension Parameters {
    /// Folds flat parameters into a tree: `Tags.Tag.1.Key=a` becomes `Tags` → `Tag` → `1` → `Key` → `a`.
    ///
    /// - Throws: `MalformedQueryString` when a parameter comes twice, `MalformedInput` when one is both a value and a
    ///   structure, has an empty part in its name, or is deeper than `limits.depth`.
    public init(folding pairs: [FormPair], limits: DecodingLimits = DecodingLimits()) throws(Fault) {
        let root = FoldedNode()
        for pair in pairs { try root.insert(pair, depthLimit: limits.depth) }
        self = root.parameters
    }
}

/// A node of the tree while it grows. Members are found by name in constant time, so 10,000 of a list are no burden.
private final class FoldedNode {
    private var text: String?
    private var names: [String] = []
    private var members: [String: FoldedNode] = [:]

    func insert(_ pair: FormPair, depthLimit: Int) throws(Fault) {
        var node = self
        var depth = 0
        for part in pair.name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            depth += 1
            guard depth <= depthLimit else {
                throw .malformedInput("The parameter \(pair.name) is nested more than \(depthLimit) levels deep.")
            }
            guard !part.isEmpty, let name = String(part) else {
                throw .malformedInput("The name of the parameter '\(pair.name)' has an empty part.")
            }
            guard node.text == nil else {
                throw .malformedInput("The parameter \(pair.name) is given as a structure and as a value.")
            }
            node = node.member(name)
        }
        guard node.text == nil else {
            throw .malformedQueryString("The parameter \(pair.name) is given more than once.")
        }
        guard node.members.isEmpty else {
            throw .malformedInput("The parameter \(pair.name) is given as a structure and as a value.")
        }
        node.text = pair.value
    }

    private func member(_ name: String) -> FoldedNode {
        if let node = members[name] { return node }
        let node = FoldedNode()
        names.append(name)
        members[name] = node
        return node
    }

    var parameters: Parameters {
        if let text { return .scalar(text) }
        return .structure(names.compactMap { name in members[name].map { .init(name: name, value: $0.parameters) } })
    }
}
