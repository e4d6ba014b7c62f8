internal import AWSWire
internal import Resources

/// The operations of one service, found by action, behind the checks that all of them share.
struct OperationTable: Sendable {
    struct Entry: Sendable {
        var operation: any Operation.Type
        var rules: [String: ParameterRule]
    }

    let service: AWSService
    /// Every action that AWS has for this service.
    let known: Set<String>
    let entries: [String: Entry]

    init(service: AWSService, known: Set<String>, operations: [any Operation.Type]) {
        self.service = service
        self.known = known
        entries = Dictionary(
            uniqueKeysWithValues: operations.map { operation in
                let rules = Dictionary(uniqueKeysWithValues: operation.parameters.map { ($0.name, $0) })
                return (operation.action, Entry(operation: operation, rules: rules))
            })
    }

    /// Finds the operation and checks the parameters; nothing has been done when it throws.
    func admit(_ call: ServiceCall) throws -> any Operation.Type {
        guard let entry = entries[call.action] else { throw unknown(call.action) }
        for member in nonProtocolMembers(of: call.parameters) {
            guard let rule = entry.rules[member.name] else { throw unknownParameter(member.name, of: call.action) }
            try refuse(member, rule)
        }
        return entry.operation
    }

    private func nonProtocolMembers(of parameters: Parameters) -> [Parameters.Member] {
        guard case .structure(let members) = parameters else { return [] }
        return members.filter { !["Action", "Version"].contains($0.name) && !$0.name.hasPrefix("X-Amz-") }
    }

    private func unknown(_ action: String) -> Fault {
        if known.contains(action) { return .notImplemented(service: service.rawValue, action: action) }
        let code = service.targetPrefix != nil ? "UnknownOperationException" : "InvalidAction"
        return Fault(code, "The action \(action.prefix(128)) is not valid for this web service.")
    }

    private func unknownParameter(_ name: String, of action: String) -> Fault {
        Fault(
            service.unknownParameterCode,
            "The parameter \(name.prefix(128)) is not recognized: \(action) has no parameter of that name.")
    }

    private func refuse(_ member: Parameters.Member, _ rule: ParameterRule) throws {
        guard case .refused(let harmless) = rule.support, !isHarmless(member.value, harmless) else { return }
        throw Fault(service.unsupportedCode, "The parameter \(rule.name) is not supported here: \(rule.note)")
    }

    private func isHarmless(_ value: Parameters, _ harmless: [String]) -> Bool {
        if let text = value.text { return text.isEmpty || harmless.contains { $0.lowercased() == text.lowercased() } }
        return value.names.isEmpty
    }
}
