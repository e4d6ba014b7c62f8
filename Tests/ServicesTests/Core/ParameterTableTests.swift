import AWSWire
import Testing

@testable import Services

let allTables = [RDSService.table, EC2Service.table, STSService.table, SecretsManagerService.table, KMSService.table]

@Suite struct ParameterTableTests {
    @Test func everyParameterIsDeclaredOnceAndEveryRefusalSaysWhatToDo() {
        for table in allTables {
            for entry in table.entries.values {
                let rules = entry.operation.parameters
                #expect(entry.rules.count == rules.count, "\(entry.operation.action)")
                for rule in rules where rule.support != .works {
                    #expect(rule.note.count > 15, "\(entry.operation.action).\(rule.name) needs a note")
                }
            }
        }
    }

    @Test func everyOperationIsAnActionOfAWS() {
        for table in allTables { #expect(Set(table.entries.keys).isSubset(of: table.known)) }
    }

    @Test func theActionListsAreComplete() {
        #expect(RDSActions.all.count == 164)
        #expect(EC2Actions.all.count > 700)
        #expect(STSActions.all.contains("AssumeRole"))
        #expect(SecretsManagerActions.all.contains("PutSecretValue"))
    }

    /// The version of botocore that the tables were written against. AWS adds parameters all the time: what a later model has
    /// beyond these is refused as unknown, which another test shows.
    static let botocoreVersion = [1, 43, 11]

    /// The first law, against AWS's own model: whatever a client can send is declared, and nothing else is.
    @Test(.enabled(if: Botocore.isInstalled, "python3 with botocore is not installed"))
    func theTablesHaveExactlyTheParametersOfTheModel() throws {
        var declared: [String: [String: [String]]] = [:]
        for table in allTables {
            declared[table.service.rawValue] = table.entries.mapValues { $0.operation.parameters.map(\.name) }
        }
        let differences = try Botocore.run(
            """
            import json, sys, botocore, botocore.session
            is_later = [int(part) for part in botocore.__version__.split('.')[:3]] > \(Self.botocoreVersion)
            session = botocore.session.get_session()
            for service, operations in json.load(sys.stdin).items():
                model = session.get_service_model(service)
                for action, declared in operations.items():
                    shape = model.operation_model(action).input_shape
                    names = set()
                    for name, member in (shape.members if shape else {}).items():
                        if service == 'ec2':
                            wire = member.serialization.get('queryName') or member.serialization.get('name', name)
                            name = wire[0].upper() + wire[1:]
                        names.add(name)
                    for name in [] if is_later else sorted(names - set(declared)):
                        print(f'{service} {action}: {name} is not declared')
                    for name in sorted(set(declared) - names): print(f'{service} {action}: {name} is not in the model')
            """, input: declared)
        #expect(differences.isEmpty, "\(differences)")
    }
}
