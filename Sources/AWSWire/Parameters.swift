/// The parameters of a request, whatever protocol brought them: a tree of scalars, lists and structures.
///
/// Query and EC2 requests are flat (`Tags.Tag.1.Key=a`); they are folded into the same tree that a JSON body parses to. A list
/// is a structure whose members are numbered from 1: see `elements`.
public indirect enum Parameters: Sendable, Equatable {
    case scalar(String)
    /// Members in the order in which they were sent.
    case structure([Member])

    public struct Member: Sendable, Equatable {
        public var name: String
        public var value: Parameters

        public init(name: String, value: Parameters) {
            self.name = name
            self.value = value
        }
    }

    public static let empty = Parameters.structure([])

    /// The member of that name, or nil.
    public subscript(name: String) -> Parameters? {
        guard case .structure(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a scalar; nil for a structure.
    public var text: String? {
        guard case .scalar(let text) = self else { return nil }
        return text
    }

    /// The names of the members, in the order in which they were sent.
    public var names: [String] {
        guard case .structure(let members) = self else { return [] }
        return members.map(\.name)
    }

    /// The elements of a list, in the order of their numbers.
    ///
    /// AWS's clients put the element's name between the list and the number (`Tags.Tag.1`), older ones `member`
    /// (`Tags.member.1`), EC2's none (`Filter.1`): all are taken.
    public var elements: [Parameters] {
        guard case .structure(let members) = self else { return [] }
        let numbered = members.compactMap { member in Int(member.name).map { ($0, member.value) } }
        if !numbered.isEmpty || members.isEmpty {
            return numbered.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return members.count == 1 ? members[0].value.elements : []
    }
}
