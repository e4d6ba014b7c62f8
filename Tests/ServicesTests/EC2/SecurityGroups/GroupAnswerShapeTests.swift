import AWSWire
import Testing

@testable import Services

/// The answers through botocore's own parser of the EC2 protocol: nothing may be lost on the way.
@Suite(.enabled(if: Botocore.isInstalled, "python3 with botocore is not installed"))
struct GroupAnswerShapeTests {
    private func parsed(_ answers: [(String, Answer)]) throws -> String {
        try Botocore.run(
            """
            import json, sys, botocore.session, botocore.parsers
            model = botocore.session.get_session().get_service_model('ec2')
            for action, body in json.load(sys.stdin):
                text = f'<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">{body}</{action}Response>'
                parser = botocore.parsers.create_parser('ec2')
                shape = model.operation_model(action).output_shape
                got = parser.parse({'status_code': 200, 'headers': {}, 'body': text.encode()}, shape)
                got.pop('ResponseMetadata', None)
                print(action, json.dumps(got, sort_keys=True))
            """, input: answers.map { [$0.0, XML.text(of: $0.1)] })
    }

    @Test func botocoreReadsWhatWeWrite() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        func answer(_ action: String, _ query: [String: String]) async throws -> (String, Answer) {
            (action, try await fixture.call(.ec2, action, Parameters(query: query)))
        }
        let byRule = ["GroupId": id].merging(Fixture.tcp("10.0.0.0/8")) { $1 }
        var answers = [try await answer("AuthorizeSecurityGroupIngress", byRule)]
        answers.append(try await answer("DescribeSecurityGroups", ["GroupId.1": id]))
        answers.append(try await answer("DescribeSecurityGroupRules", ["Filter.1.Name": "group-id", "Filter.1.Value.1": id]))
        answers.append(try await answer("CreateTags", ["ResourceId.1": id, "Tag.1.Key": "a", "Tag.1.Value": "b"]))
        answers.append(try await answer("DescribeTags", [:]))
        answers.append(try await answer("RevokeSecurityGroupIngress", byRule))
        answers.append(try await answer("RevokeSecurityGroupIngress", byRule))
        answers.append(try await answer("DescribeNetworkInterfaces", [:]))
        answers.append(try await answer("DeleteSecurityGroup", ["GroupId": id]))
        let lines = try parsed(answers).split(separator: "\n").map(String.init)
        let expected = [
            [#""CidrIpv4": "10.0.0.0/8""#, #""FromPort": 5432"#, #""IsEgress": false"#, #""Return": true"#, #""Tags": []"#],
            [
                #""IpPermissions": [{"FromPort": 5432"#, #""IpRanges": [{"CidrIp": "10.0.0.0/8"}]"#,
                #""SecurityGroupArn": "arn:aws"#,
            ],
            [#""SecurityGroupRules": [{"#, #""GroupOwnerId": "123456789012""#, #""IsEgress": true"#],
            ["CreateTags"], [#""Tags": [{"Key": "a", "ResourceId": "sg-"#, #""ResourceType": "security-group", "Value": "b"}]"#],
            [#""RevokedSecurityGroupRules": [{"CidrIpv4": "10.0.0.0/8""#, #""UnknownIpPermissions": []"#, #""Return": true"#],
            [#""RevokedSecurityGroupRules": []"#, #""UnknownIpPermissions": [{"FromPort": 5432"#],
            [#""NetworkInterfaces": []"#], [#""Return": true"#, #""GroupId": "sg-"#],
        ]
        #expect(lines.count == expected.count)
        for (line, fragments) in zip(lines, expected) {
            for fragment in fragments { #expect(line.contains(fragment), "\(line)") }
        }
    }
}
