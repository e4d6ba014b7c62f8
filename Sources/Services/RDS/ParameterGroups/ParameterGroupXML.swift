internal import AWSWire
internal import Resources

enum ParameterGroupXML {
    static func node(_ group: DBParameterGroup, account: String) -> XMLNode {
        .element(
            "DBParameterGroup",
            [
                .text("DBParameterGroupName", group.name), .text("DBParameterGroupFamily", group.family),
                .text("Description", group.description),
                .text(
                    "DBParameterGroupArn",
                    ARN.dbParameterGroup(group.name, region: group.region, account: account).description),
            ])
    }
}
