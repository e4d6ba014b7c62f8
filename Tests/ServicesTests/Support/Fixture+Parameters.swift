import Resources
import Testing

extension Fixture {
    @discardableResult
    func parameterGroup(_ name: String = "mine", family: String = "postgres15") async throws -> XML {
        try await rds(
            "CreateDBParameterGroup",
            ["DBParameterGroupName": name, "DBParameterGroupFamily": family, "Description": "of \(name)"])
    }

    @discardableResult
    func optionGroup(_ name: String = "mine", major: String = "15") async throws -> XML {
        try await rds(
            "CreateOptionGroup",
            [
                "OptionGroupName": name, "EngineName": "postgres", "MajorEngineVersion": major,
                "OptionGroupDescription": "of \(name)",
            ])
    }

    typealias Change = (name: String, value: String?, method: String)

    static func query(_ changes: [Change], group: String = "mine") -> [String: String] {
        var query = ["DBParameterGroupName": group]
        for (index, change) in changes.enumerated() {
            let prefix = "Parameters.Parameter.\(index + 1)"
            query["\(prefix).ParameterName"] = change.name
            query["\(prefix).ParameterValue"] = change.value
            query["\(prefix).ApplyMethod"] = change.method
        }
        return query
    }

    @discardableResult
    func setParameters(_ group: String = "mine", _ changes: [Change]) async throws -> XML {
        try await rds("ModifyDBParameterGroup", Self.query(changes, group: group))
    }

    /// The parameters of a group that have a source, by name.
    func parameters(_ group: String = "mine", source: String = "user") async throws -> [String: XML] {
        let answer = try await rds("DescribeDBParameters", ["DBParameterGroupName": group, "Source": source])
        return Dictionary(uniqueKeysWithValues: answer.all("Parameters").map { ($0["ParameterName"]?.text ?? "", $0) })
    }

    /// The server has confirmed what it is to run with.
    func confirmParameters(_ identifier: String = "mydb", refused: [String: String] = [:]) throws {
        let instance = try stored(identifier)
        board.publish(
            DBInstanceObservation(
                server: .answering, endpointOpen: true, parameters: instance.appliedParameters, refusedParameters: refused),
            of: instance.resourceID)
    }

    /// Name and status of the parameter group of an instance.
    func membership(_ identifier: String = "mydb") async throws -> [String?] {
        let answer = try await rds("DescribeDBInstances", ["DBInstanceIdentifier": identifier])
        let group = answer["DBInstances.DBInstance.DBParameterGroups.DBParameterGroup"]
        return [group?["DBParameterGroupName"]?.text, group?["ParameterApplyStatus"]?.text]
    }
}
